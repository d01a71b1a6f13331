import Testing

@testable import TailraceCommandLine

@Suite("Help")
struct HelpTests {
  private var texts: [String] {
    Commands.all.map(HelpText.of) + [
      HelpText.program(commands: Commands.all, shared: Commands.shared),
      HelpText.short(commands: Commands.all),
    ]
  }

  @Test("Fits 80 columns, without blanks at ends of lines")
  func width() {
    for text in texts {
      for line in text.split(separator: "\n") {
        #expect(line.utf8.count <= 80, "\(line)")
        #expect(line.last != " ", "\(line)")
      }
    }
  }

  @Test("Every option is described, with a sentence")
  func complete() {
    for spec in Commands.all {
      let text = HelpText.of(spec)
      #expect(spec.summary.hasSuffix("."))
      for option in spec.options.options {
        #expect(text.contains("--\(option.long)"))
        #expect(option.help.hasSuffix("."))
      }
    }
  }

  @Test("Examples parse")
  func examples() throws {
    for spec in Commands.all {
      for example in spec.examples {
        let words = example.line.split(separator: " ").dropFirst().map(String.init)
        let line = words.prefix { $0 != ">" }
        #expect(try Commands.parser.parse(Array(line)).command == spec.name)
      }
    }
  }

  @Test("Starts with what it is for, then examples")
  func shape() {
    let text = HelpText.of(Commands.run)
    #expect(
      text.hasPrefix(
        """
        Simulate a scenario and print what its users would see.

        EXAMPLES:
          tailrace run shop.jsonc                     summary on the terminal
          tailrace run shop.jsonc -o out              and the standard files in out/
          tailrace run shop.jsonc --set services.db.replicas=8 --seed 4
          tailrace run shop.jsonc --watch             again on each save

        USAGE: tailrace run [options] <scenario>

        ARGUMENTS:
          <scenario>              Scenario file, or - for standard input.

        OPTIONS:
          -o, --output <dir>      Write the standard set of files.

        """))
    #expect(text.contains("EXIT CODES: 0 done, 99 a threshold failed, 2 usage, 3 bad input,"))
  }
}
