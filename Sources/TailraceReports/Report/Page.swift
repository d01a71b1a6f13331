/// An HTML page that needs nothing but itself: no script, no network, no font of its own.
struct Page {
  var title: String
  /// What stands between head and foot, as HTML.
  var body: String

  /// The whole page. The policy in its head forbids a browser to fetch anything at all.
  var html: String {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="generator" content="tailrace">
    <title>\(Markup.escaped(title))</title>
    <style>\(PictureStyle.properties)\(PictureStyle.rules)\(Self.rules)</style>
    </head>
    <body>
    <main>
    \(body)</main>
    </body>
    </html>

    """
  }

  private static let rules =
    "*{box-sizing:border-box}body{margin:0;overflow-wrap:anywhere;background:var(--paper);color:var(--ink);"
    + "font:15px/1.5 system-ui,-apple-system,\"Segoe UI\",Roboto,\"DejaVu Sans\",sans-serif}"
    + "main{max-width:1560px;margin:0 auto;padding:20px 16px 48px}"
    + "h1{font-size:1.5rem;margin:0 0 4px;overflow-wrap:anywhere}"
    + "h2{font-size:1.15rem;margin:34px 0 10px;padding-bottom:4px;border-bottom:1px solid var(--faint)}"
    + ".scroll+h3,.note+h3{margin-top:24px}.scroll+.scroll{margin-top:12px}"
    + "h3{font-size:.98rem;margin:0 0 6px}p{margin:6px 0}.meta,.note,figcaption{color:var(--soft)}"
    + ".note,figcaption{font-size:.86rem}figcaption{margin:6px 0}p.note{max-width:110ch}"
    + ".verdict{border-left:5px solid var(--soft);background:var(--shade);padding:10px 14px;"
    + "margin:14px 0;border-radius:4px;overflow-wrap:anywhere}.verdict p:first-child{font-weight:600;margin-top:0}"
    + ".verdict.pass{border-color:var(--good)}.verdict.fail{border-color:var(--bad)}"
    + ".verdict.warn{border-color:var(--warn)}.verdict ul{margin:6px 0;padding-left:20px}"
    + ".figures{display:grid;gap:16px;grid-template-columns:repeat(auto-fill,minmax(min(100%,440px),1fr))}"
    + "figure{margin:0;padding:14px;border:1px solid var(--faint);border-radius:8px;background:var(--card);"
    + "min-width:0}figure.wide{grid-column:1/-1}.frame{overflow-x:auto}"
    + ".picture{display:block;width:100%;height:auto;max-width:680px;margin:0 auto}"
    + ".wide .picture{max-width:1200px;min-width:640px}"
    + "summary{cursor:pointer;color:var(--soft);font-size:.86rem}details[open]>summary{margin-bottom:6px}"
    + ".scroll{overflow-x:auto;max-height:480px;overflow-y:auto}.tall .scroll{max-height:none}"
    // A shadow at the edge where more can be scrolled into sight.
    + ".scroll,.frame{--ground:var(--paper);background:"
    + "linear-gradient(to right,var(--ground) 40%,transparent) left/36px 100% no-repeat local,"
    + "linear-gradient(to left,var(--ground) 40%,transparent) right/36px 100% no-repeat local,"
    + "linear-gradient(to right,var(--faint),transparent) left/14px 100% no-repeat scroll,"
    + "linear-gradient(to left,var(--faint),transparent) right/14px 100% no-repeat scroll}"
    + "figure .scroll,figure .frame{--ground:var(--card)}.verdict .scroll{--ground:var(--shade)}"
    + "table{border-collapse:collapse;font-size:.88rem;font-variant-numeric:tabular-nums}"
    + "th,td{overflow-wrap:normal;padding:3px 10px 3px 0;text-align:left;vertical-align:top;white-space:nowrap}"
    + "th{font-weight:600;border-bottom:1px solid var(--faint)}td{border-bottom:1px solid var(--grid)}"
    + ".n{text-align:right;padding-left:10px}"
    + "tr.bad td:first-child{color:var(--bad)}tr.faint td{color:var(--soft)}"
    + "pre{overflow-x:auto;background:var(--shade);padding:10px;border-radius:4px;font-size:.8rem;"
    + "line-height:1.4}code{overflow-wrap:anywhere}"
    + "@media(max-width:600px){main{padding:12px 10px 32px}figure{padding:10px}"
    + "th:not(.n),td:not(.n){white-space:normal;overflow-wrap:break-word}.n{padding-left:4px}}"
    + "@media print{main{max-width:none;padding:0}figure{break-inside:avoid}"
    + ".figures{grid-template-columns:1fr 1fr}details:not([open]){display:none}}"
}

/// Parts that all pages have.
enum PageParts {
  static func section(_ heading: String, _ html: String) -> String {
    html.isEmpty ? "" : "<h2>\(Markup.escaped(heading))</h2>\n\(html)\n"
  }

  static func grid(_ figures: [Figure]) -> String {
    figures.isEmpty ? "" : "<div class=\"figures\">\n\(figures.map(\.html).joined())</div>"
  }

  static func paragraph(_ text: String, _ style: String = "") -> String {
    "<p\(style.isEmpty ? "" : " class=\"\(style)\"")>\(Markup.escaped(text))</p>\n"
  }

  static func list(_ items: [String]) -> String {
    items.isEmpty
      ? "" : "<ul>" + items.map { "<li>\(Markup.escaped($0))</li>" }.joined() + "</ul>\n"
  }

  static func folded(_ summary: String, _ html: String) -> String {
    "<details><summary>\(Markup.escaped(summary))</summary>\(html)</details>\n"
  }

  static func preformatted(_ text: String) -> String { "<pre>\(Markup.escaped(text))</pre>" }

  /// The box at the top: a class, its first sentence, and HTML below.
  static func verdict(_ style: String, _ first: String, _ more: String) -> String {
    "<div class=\"verdict \(style)\">\(paragraph(first))\(more)</div>\n"
  }

  /// A command line as it would be typed: words that a shell would read otherwise are quoted.
  static func command(_ words: [String]) -> String {
    words.map { word in
      let isPlain = word.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"):
          true
        default: "-_./=,:%+@".utf8.contains(byte)
        }
      }
      return isPlain && !word.isEmpty
        ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }.joined(separator: " ")
  }
}
