/// What the classes of pictures look like: one place for colours, lines and type.
///
/// Colours are those of Okabe and Ito ("Color Universal Design", 2008), which people with defective
/// colour sight tell apart, a little darker or lighter where they stand on white or on black; series
/// differ by dashes as well. `c0` … `c7` are the series' colours, `f0` … fill with them, `l0` … draw
/// lines in them with the series' dashes.
enum PictureStyle {
  /// Colours that tell apart.
  static let colours = 8

  private static let light = [
    "#0072b2", "#d55e00", "#00825f", "#a8508a", "#b07900", "#2b94d1", "#7a6a00", "#5a5a5a",
  ]
  private static let dark = [
    "#4fa8dc", "#f0813c", "#2fc79a", "#dd8fbf", "#e6ab2e", "#8accf2", "#d9cf4a", "#b0b0b0",
  ]
  private static let dashes = ["", "7 3", "2 3", "9 3 2 3", "12 4", "5 2 1 2 1 2", "1 2", "4 4"]

  private static func variables(_ colours: [String], _ more: String) -> String {
    colours.enumerated().map { "--c\($0.offset):\($0.element);" }.joined() + more
  }

  /// Custom properties of the light and of the dark scheme.
  static let properties =
    ":root{color-scheme:light dark;"
    + variables(
      light,
      "--ink:#1b1f24;--soft:#57606a;--faint:#d0d7de;--grid:#e6eaee;--paper:#fff;--card:#fff;"
        + "--shade:#f3f5f7;--good:#116b3a;--bad:#b3261e;--warn:#8a5a00;--heat:#0072b2;") + "}"
    + "@media (prefers-color-scheme:dark){:root{"
    + variables(
      dark,
      "--ink:#e8eaed;--soft:#a9b1ba;--faint:#464d55;--grid:#2d333a;--paper:#14171a;--card:#1b1f24;"
        + "--shade:#242a30;--good:#5fd08f;--bad:#ff8a80;--warn:#f2c14e;--heat:#6fc3ff;") + "}}"
    + "@media print{:root{color-scheme:light;"
    + variables(
      light,
      "--ink:#000;--soft:#444;--faint:#bbb;--grid:#ddd;--paper:#fff;--card:#fff;--shade:#f3f3f3;"
        + "--good:#116b3a;--bad:#b3261e;--warn:#8a5a00;--heat:#0072b2;") + "}}"

  /// Rules for the classes that shapes and texts have.
  static let rules: String = {
    var text =
      ".picture{font:12px system-ui,-apple-system,\"Segoe UI\",Roboto,\"DejaVu Sans\",sans-serif}"
      + ".t{fill:var(--ink)}.ts{fill:var(--soft)}.tt{fill:var(--soft);font-size:11px}"
      + ".th{fill:var(--ink);font-weight:600}"
      + ".good{fill:var(--good)}.bad{fill:var(--bad)}"
      + ".axis{stroke:var(--soft);stroke-width:1;fill:none}"
      + ".grid{stroke:var(--grid);stroke-width:1;fill:none}"
      + ".mark{stroke:var(--ink);stroke-width:1;stroke-dasharray:4 3;fill:none}"
      + ".limit{stroke:var(--bad);stroke-width:1.5;stroke-dasharray:5 3;fill:none}"
      + ".kept{stroke:var(--good);stroke-width:1.5;stroke-dasharray:5 3;fill:none}"
      + ".node{fill:var(--shade);stroke:var(--soft);stroke-width:1.2}"
      + ".node-bad{fill:var(--shade);stroke:var(--bad);stroke-width:2.5}"
      + ".node-load{fill:none;stroke:var(--soft);stroke-width:1.2}.track{fill:var(--grid)}"
      + ".edge{fill:none;stroke:var(--soft)}.tip{fill:var(--soft)}"
      + (1...7).map { ".w\($0){stroke-width:\($0)}" }.joined()
      + ".edge-dash{stroke-dasharray:7 3}.edge-dots{stroke-dasharray:2 3}"
      + ".shade{fill:var(--shade)}.fault{fill:var(--bad);fill-opacity:.14}"
      + ".cell{fill:var(--heat);shape-rendering:crispEdges}"
      + ".open{fill:var(--card);stroke-width:1.5}.few{stroke-width:1;stroke-opacity:.7}"
      + ".thin{stroke-width:1.1;stroke-opacity:.8}"
      + ".marked{fill:var(--card);fill-opacity:.45;stroke:var(--ink);stroke-width:.8}"
      + ".halo{paint-order:stroke;stroke:var(--card);stroke-width:3px;stroke-linejoin:round}"
      + ".stem{stroke-width:2}.part{stroke:var(--card);stroke-width:1}.on{fill:var(--paper);font-size:11px;font-weight:600}"
    for shade in 0..<HeatMaps.shades {
      let share = 0.1 + 0.9 * Double(shade) / Double(HeatMaps.shades - 1)
      text += ".h\(shade){fill-opacity:\(DecimalText.fixed(share, decimals: 2))}"
    }
    for index in 0..<colours {
      let dash = dashes[index].isEmpty ? "" : ";stroke-dasharray:" + dashes[index]
      text +=
        ".f\(index){fill:var(--c\(index))}.s\(index){stroke:var(--c\(index))}"
        + ".l\(index){fill:none;stroke:var(--c\(index));stroke-width:2;stroke-linejoin:round\(dash)}"
    }
    return text
  }()

  /// What a picture that is a file of its own brings along.
  static let standalone = properties + rules + "svg{background:var(--paper)}"
}
