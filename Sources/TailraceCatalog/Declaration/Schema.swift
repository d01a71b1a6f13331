/// The shape of a value for editors: a small part of JSON Schema.
public indirect enum Schema: Sendable {
  case any, boolean, string
  case integer(ClosedRange<Int64>)
  case number
  /// A text of a quantity with its unit; the example shows one.
  case quantity(example: String)
  case choice([String])
  case array(Schema)
  case map(Schema)
  case anyOf([Schema])
  /// A declared object by the name of its kind.
  case reference(String)
}
