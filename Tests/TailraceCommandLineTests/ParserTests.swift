import Testing

@testable import TailraceCommandLine

@Suite("The command line")
struct ParserTests {
  private func parse(_ line: String) throws -> ParsedCommand {
    try Commands.parser.parse(line.split(separator: " ").map(String.init))
  }

  private func message(_ line: String) -> String? {
    do {
      _ = try parse(line)
      return nil
    } catch {
      return (error as? UsageError)?.message
    }
  }

  @Test(
    "Every spelling of a value",
    arguments: [
      "run a.jsonc --output out", "run a.jsonc --output=out", "run a.jsonc -oout",
      "run -o out a.jsonc", "-o out run a.jsonc", "run -qvo out a.jsonc", "run -oout -- a.jsonc",
      "--output=out -q run a.jsonc", "-qoout run a.jsonc",
    ])
  func spellings(line: String) throws {
    let parsed = try parse(line)
    #expect(parsed.command == "run")
    #expect(parsed.text("output") == "out")
    #expect(parsed.arguments == ["a.jsonc"])
  }

  @Test("Values may begin with a dash, hold an equals sign, and repeat")
  func values() throws {
    let parsed = try parse("run - --set x=-2 --set -y=3 --csv - -qv")
    #expect(parsed.texts("set") == ["x=-2", "-y=3"])
    #expect(parsed.text("csv") == "-")
    #expect(parsed.arguments == ["-"])
    #expect(parsed.has("quiet") && parsed.has("verbose") && !parsed.has("json"))
  }

  @Test("A double dash ends the options")
  func doubleDash() throws {
    #expect(try parse("validate -- -q --json").arguments == ["-q", "--json"])
    #expect(try parse("-- run x").command == "run")
  }

  @Test(
    "Mistakes",
    arguments: [
      ("run s --sed 4", "unknown option '--sed'; did you mean '--seed'?"),
      ("run s --see", "unknown option '--see'; did you mean '--seed'?"),
      ("run s --zzz", "unknown option '--zzz'"), ("run s -x", "unknown option '-x'"),
      ("run s -seed", "unknown option '-s'; did you mean '--seed'?"),
      ("rnu s", "unknown command 'rnu'; did you mean 'run'?"),
      ("frobnicate", "unknown command 'frobnicate'"),
      ("run s --seed 1 --seed 2", "'--seed' is given twice"), ("run s -qq", "'-q' is given twice"),
      ("run s --seed", "'--seed' needs a value <n>"), ("run s -o", "'-o' needs a value <dir>"),
      ("run s --json=yes", "'--json' takes no value"), ("run", "missing argument <scenario>"),
      ("run a b", "unexpected argument 'b'"), ("schema x", "unexpected argument 'x'"),
      ("run s --color alwys", "'--color' cannot be 'alwys'; did you mean 'always'?"),
      ("run s --time-unit h", "'--time-unit' cannot be 'h': one of ns, us, ms, s"),
      ("--seed 4", "unknown option '--seed'"), ("validate s --seed 4", "unknown option '--seed'"),
    ])
  func mistakes(line: String, expected: String) {
    #expect(message(line) == expected)
  }

  @Test("A mistake is two lines")
  func twoLines() {
    let error = #expect(throws: UsageError.self) { try parse("run shop.jsonc --sed 4") }
    #expect(
      error?.text == """
        error: unknown option '--sed'; did you mean '--seed'?
        usage: tailrace run [options] <scenario>        (tailrace help run)

        """)
  }

  @Test("Help needs no argument, nothing needs no command")
  func help() throws {
    #expect(try parse("run --help").has("help"))
    #expect(try parse("run -h --json").command == "run")
    #expect(try parse("--version").has("version"))
    #expect(try parse("").command == nil)
    #expect(try parse("-q").command == nil)
  }

  @Test("Typed values")
  func typed() throws {
    let parsed = try parse(
      "run s --seed 18446744073709551615 --replications 5 --percentiles 99.9,50,97.5 --color never"
    )
    #expect(try parsed.unsigned("seed") == .max)
    #expect(try parsed.integer("replications", in: 1...100) == 5)
    #expect(try parsed.quantiles("percentiles") == [0.5, 0.975, 0.999])
    #expect(try parsed.list("percentiles") == ["99.9", "50", "97.5"])
    #expect(try parsed.choice("color", as: ColorChoice.self) == .never)
    #expect(try parsed.integer("sample") == nil)
  }

  @Test(
    "Values of the wrong kind name their option",
    arguments: [
      "--seed -1", "--seed x", "--seed 18446744073709551616", "--seed +1", "--replications 0",
      "--replications 101", "--replications 1.5", "--percentiles 100", "--percentiles 0",
      "--percentiles 50,,99", "--percentiles 50,50.0", "--percentiles abc", "--percentiles 5e1",
      "--percentiles 50.",
    ])
  func wrongKinds(option: String) throws {
    let parsed = try parse("run s " + option)
    let error = #expect(throws: UsageError.self) {
      _ = try parsed.unsigned("seed")
      _ = try parsed.integer("replications", in: 1...100)
      _ = try parsed.quantiles("percentiles")
    }
    let name = option.prefix { $0 != " " }
    #expect(error?.message.hasPrefix("'\(name)' must be ") ?? false)
  }

  @Test("Options of one name are alike in every command, so the command can stand anywhere")
  func consistentTables() {
    for one in Commands.all {
      for option in one.options.options {
        for other in Commands.all {
          let twin = other.options.option(long: option.long)
          #expect(
            twin.map { $0.takesValue == option.takesValue && $0.short == option.short } ?? true)
        }
      }
    }
  }
}
