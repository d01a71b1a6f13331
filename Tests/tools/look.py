"""Opens reports in headless Chromium and says what is wrong with how they look.

usage: look.py [--shots FOLDER] report.html ...

Each page is laid out at 390, 1000 and 1600 pixels, light and dark. Wrong is: a request for anything but
the page, a page wider than its window, a picture without size, text that leaves its picture or covers
other text, a line of a chart that leaves the chart's frame, and fewer than 12 colours in a whole page.
Needs PyPI's playwright and pillow, and a Chromium (CHROMIUM, or `chromium` on the path).
"""

import io
import os
import shutil
import sys

WIDTHS = [390, 1000, 1600]
SCHEMES = ["light", "dark"]
COLOURS = 12

CHECK = """() => {
  const wrong = [];
  const name = svg => svg.querySelector('title').textContent;
  for (const svg of document.querySelectorAll('svg.picture')) {
    const frame = svg.getBoundingClientRect();
    if (frame.width < 100 || frame.height < 16) wrong.push('no size: ' + name(svg));
    if (svg.querySelectorAll('path,rect,circle,line').length === 0) wrong.push('empty: ' + name(svg));
    const texts = [...svg.querySelectorAll('text')].map(t => [t.textContent, t.getBoundingClientRect()]);
    for (const [text, box] of texts) {
      if (box.left < frame.left - .5 || box.right > frame.right + .5 || box.top < frame.top - .5 ||
          box.bottom > frame.bottom + .5) wrong.push(`outside: '${text}' in ${name(svg)}`);
    }
    for (const shape of svg.querySelectorAll('path,rect,circle,line')) {
      const box = shape.getBoundingClientRect();
      if (box.left < frame.left - 2 || box.right > frame.right + 2 || box.top < frame.top - 2 ||
          box.bottom > frame.bottom + 2) wrong.push(`a ${shape.tagName} leaves ${name(svg)}`);
    }
    for (let i = 0; i < texts.length; i++) for (let j = i + 1; j < texts.length; j++) {
      const [a, b] = [texts[i][1], texts[j][1]];
      const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (width > 1.5 && height > 3.5)
        wrong.push(`'${texts[i][0]}' covers '${texts[j][0]}' in ${name(svg)}`);
    }
  }
  const page = document.documentElement;
  if (page.scrollWidth > page.clientWidth + 1) wrong.push(`the page is ${page.scrollWidth} wide`);
  return wrong;
}"""


def colours(png):
    """Distinct colours, those that differ by less than a 32nd taken together."""
    from PIL import Image

    image = Image.open(io.BytesIO(png)).convert("RGB").quantize(256).convert("RGB")
    return len({(r >> 3, g >> 3, b >> 3) for _, (r, g, b) in image.getcolors(1 << 24)})


def main():
    from playwright.sync_api import sync_playwright

    arguments = sys.argv[1:]
    shots = None
    if arguments[:1] == ["--shots"]:
        shots = arguments[1]
        arguments = arguments[2:]
        os.makedirs(shots, exist_ok=True)
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    wrong = 0
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for number, path in enumerate(arguments):
            for scheme in SCHEMES:
                for width in WIDTHS:
                    context = browser.new_context(
                        viewport={"width": width, "height": 900}, color_scheme=scheme)
                    page = context.new_page()
                    requests = []
                    page.on("request", lambda request: requests.append(request.url))
                    page.goto("file://" + os.path.abspath(path))
                    found = page.evaluate(CHECK)
                    found += ["asks for " + url for url in requests[1:]]
                    if page.evaluate("document.querySelectorAll('svg.picture').length") == 0:
                        found.append("no picture")
                    png = page.screenshot(full_page=True)
                    if colours(png) < COLOURS:
                        found.append(f"only {colours(png)} colours")
                    if shots:
                        name = f"{number}-{width}-{scheme}.png"
                        with open(os.path.join(shots, name), "wb") as file:
                            file.write(png)
                    for line in found:
                        print(f"{path} at {width} px, {scheme}: {line}")
                    wrong += len(found)
                    context.close()
        browser.close()
    print(f"{len(arguments)} reports, {wrong} things wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
