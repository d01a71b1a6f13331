import TailraceTemplates

extension Commands {
  /// `tailrace init`.
  public static let initialize = CommandSpec(
    name: "init", summary: "Write a commented scenario to start from.",
    examples: [
      .init("tailrace init tiers -o shop.jsonc", "the shop.jsonc of other examples"),
      .init("tailrace init --list", "what there is"),
    ],
    arguments: [
      .init(
        "name", .optional, "The template (default \(Template.all[0].name)).",
        completion: .words(Template.all.map(\.name)))
    ],
    options: OptionTable(
      [
        .flag("list", "List the templates."),
        .value(
          "output", short: "o", "file",
          "A file that is not there yet (default its name); - is standard output."),
      ] + shared),
    exitCodes: [.success, .usage, .failure])
}
