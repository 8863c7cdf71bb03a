"""The page at `/`, in a real browser, against the real server."""

import io
import json
import unittest
import urllib.error
import urllib.parse
import urllib.request

from PIL import Image
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from browser import Browser
from photographs import MAN, WOMAN, Folder
from server import SIZE, Server


def setUpModule():
    global SERVER, BROWSER
    SERVER = Server()
    BROWSER = Browser()


def tearDownModule():
    BROWSER.quit()
    status = SERVER.stop()
    assert status == 0, f"the server ended with {status}"


def post(path, query):
    """What the service makes of a file, asked without the page: its status and body."""
    request = urllib.request.Request(
        f"{SERVER.url}/translate?{urllib.parse.urlencode(query)}", data=path.read_bytes(), method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def pixels(file):
    return Image.open(io.BytesIO(file)).convert("RGB")


class PageTest(unittest.TestCase):
    def setUp(self):
        self.browser = BROWSER
        self.folder = Folder(prefix="ugatit-page-")
        self.addCleanup(self.folder.cleanup)
        self.browser.emulate(1200, 900)
        # Complaints of the test before are its own.
        self.browser.complaints()
        self.browser.get(SERVER.url)
        self.addCleanup(self.check_complaints)

    def check_complaints(self):
        # A refusal is one, and told in the page.
        complaints = [text for text in self.browser.complaints() if "the server responded with a status of" not in text]
        self.assertEqual(complaints, [])

    def crop(self):
        """What the frame says that is drawn, as the service is told."""
        return self.browser.execute_script(
            """const image = document.getElementById('photo'), style = document.getElementById('frame').style;
            const at = (name, side) => Math.round(Number(style.getPropertyValue(name)) * side);
            const [x, y] = [at('--left', image.naturalWidth), at('--top', image.naturalHeight)];
            return [x, y, at('--width', image.naturalWidth), at('--height', image.naturalHeight)].join(',');"""
        )

    def check_drawing(self, path, crop):
        status, expected = post(path, {"crop": crop})
        self.assertEqual(status, 200)
        self.assertEqual(pixels(self.browser.drawing()).tobytes(), pixels(expected).tobytes())


class Choosing(PageTest):
    def test_one_photograph(self):
        self.browser.picture("empty")
        self.browser.choose(WOMAN)
        self.browser.until_drawn()
        self.check_drawing(WOMAN, "0,0,256,256")
        self.assertEqual(self.browser.of("work-name").text, "woman.jpg")
        self.assertEqual(self.browser.of("after").get_attribute("alt"), "woman.jpg, drawn")
        self.assertIn("woman.jpg: drawn", self.browser.of("status").get_attribute("textContent"))
        times = self.browser.of("times").text.split()
        self.assertEqual([times[i] for i in (0, 3, 6, 9)], ["queue", "preprocess", "inference", "encode"])
        link = self.browser.of("download")
        self.assertEqual(link.text, f"Download, {SIZE} × {SIZE}")
        self.assertEqual(link.get_attribute("download"), "woman-drawn.png")
        self.assertFalse(self.browser.of("shelf").is_displayed())

    def test_several_photographs_and_one_that_is_damaged(self):
        damaged = self.folder.bytes("damaged.jpg", MAN.read_bytes()[:3000])
        # Names are shown as they are, whatever they would mean as markup.
        odd = self.folder.bytes("<img src=x onerror=alert(1)>&amp;.jpg", WOMAN.read_bytes())
        self.browser.choose(MAN, odd, damaged)
        tally = self.browser.of("tally")
        self.browser.until(lambda: tally.text == "2 of 3 drawn, 1 not", "all three done")
        buttons = self.browser.find_elements(By.CSS_SELECTOR, "#pictures button")
        self.assertEqual(
            [button.get_attribute("aria-label") for button in buttons],
            ["man.jpg, drawn", f"{odd.name}, drawn", "damaged.jpg, not drawn"],
        )
        buttons[1].click()
        self.assertEqual(self.browser.of("work-name").text, odd.name)
        self.assertEqual(self.browser.find_elements(By.CSS_SELECTOR, "#work-name *"), [])
        buttons[2].click()
        problem = json.loads(post(damaged, {})[1])
        self.assertEqual(self.browser.of("problem").text, f"{problem['title']}. {problem['detail']}")
        self.browser.picture("several")
        self.browser.of("again").click()
        self.browser.until(lambda: self.browser.of("problem").is_displayed(), "the problem again")

    def give(self, script, path):
        """Hands a file to the page as somebody who drops or pastes it does."""
        self.browser.execute_script(
            """const [name, bytes] = arguments, data = new DataTransfer();
            data.items.add(new File([Uint8Array.from(bytes)], name, {type: 'image/jpeg'}));
            """
            + script,
            path.name,
            list(path.read_bytes()),
        )
        self.browser.until_drawn()

    def test_dropping(self):
        self.give(
            """const element = document.querySelector('.drop');
            for (const name of ['dragenter', 'dragover', 'drop'])
              element.dispatchEvent(new DragEvent(name, {dataTransfer: data, bubbles: true, cancelable: true}));""",
            MAN,
        )
        self.check_drawing(MAN, "0,0,256,256")
        self.assertNotIn("over", self.browser.find_element(By.TAG_NAME, "body").get_attribute("class"))

    def test_pasting(self):
        self.give("document.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true}));", WOMAN)
        self.check_drawing(WOMAN, "0,0,256,256")

    def test_the_same_file_twice(self):
        self.browser.choose(MAN)
        self.browser.until_drawn()
        self.browser.choose(MAN)
        self.browser.until(lambda: self.browser.of("tally").text == "2 of 2 drawn", "both")


class Formats(PageTest):
    def test_what_the_browser_shows_and_the_service_does_not_read_is_converted(self):
        for name in ("man.avif", "man.gif", "man.bmp"):
            with self.subTest(name):
                path = self.folder.converted(name)
                self.assertEqual(post(path, {})[0], 415)
                self.browser.get(SERVER.url)
                self.browser.choose(path)
                self.browser.until_drawn()
                self.assertEqual(pixels(self.browser.drawing()).size, (SIZE, SIZE))
                self.assertEqual(self.browser.of("download").get_attribute("download"), "man-drawn.png")

    def test_what_is_read_is_sent_as_it_is(self):
        for name in ("man.webp", "man.png"):
            with self.subTest(name):
                path = self.folder.converted(name)
                self.browser.get(SERVER.url)
                self.browser.choose(path)
                self.browser.until_drawn()
                self.check_drawing(path, "0,0,256,256")

    def test_what_nobody_shows_is_refused_in_the_service_s_words(self):
        heic = self.folder.bytes("man.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(100))
        self.browser.choose(heic)
        self.browser.until(lambda: self.browser.of("problem").is_displayed(), "a problem")
        self.assertIn("HEIC", self.browser.of("problem").text)
        self.assertFalse(self.browser.of("photograph").is_displayed())

    def test_a_large_photograph_is_cut_where_its_decoder_can_make_it_smaller(self):
        large = self.folder.large()
        self.browser.choose(large)
        self.browser.until_drawn()
        asked = self.browser.execute_script(
            """return performance.getEntriesByType('resource')
              .map((entry) => new URL(entry.name).searchParams.get('crop'));"""
        )
        (crop,) = [text for text in asked if text]
        x, y, width, height = map(int, crop.split(","))
        self.assertEqual([side % 8 for side in (x, y, width, height)], [0, 0, 0, 0])
        # What the frame shows, as near as that allows.
        shown = map(int, self.crop().split(","))
        for side, seen in zip((x, y, width, height), shown):
            self.assertAlmostEqual(side, seen, delta=5)
        self.check_drawing(large, crop)

    def test_a_turned_photograph_is_cut_as_it_is_seen(self):
        turned = self.folder.turned()
        self.browser.choose(turned)
        self.browser.until_drawn()
        crop = self.crop()
        self.assertEqual(crop, "0,21,192,192")
        self.check_drawing(turned, crop)


class Looking(PageTest):
    def setUp(self):
        super().setUp()
        self.group = self.folder.group()
        self.browser.choose(self.group)
        self.browser.until_drawn()

    def changed(self, change):
        """Makes a change, and waits until something else is drawn."""
        before = self.browser.of("after").get_attribute("src")
        change()
        self.browser.until(
            lambda: self.browser.of("after").get_attribute("src") not in (None, "", before), "another drawing"
        )

    def drag(self, element, across, down, start=(0, 0)):
        actions = ActionChains(self.browser, duration=50)
        actions.move_to_element_with_offset(element, *start).click_and_hold().move_by_offset(across, down)
        actions.release().perform()

    def test_the_frame_by_pointer(self):
        frame = self.browser.of("frame")
        self.assertEqual(self.crop(), "160,0,320,320")
        scale = 640 / self.browser.of("photo").size["width"]
        self.changed(lambda: self.drag(frame, round(100 / scale), 0))
        x, y, width, height = map(int, self.crop().split(","))
        self.assertEqual((y, width, height), (0, 320, 320))
        self.assertAlmostEqual(x, 260, delta=2)
        self.check_drawing(self.group, self.crop())
        # A corner; the one across from it stays.
        corner = self.browser.find_element(By.CSS_SELECTOR, "[data-corner=nw]")
        self.changed(lambda: self.drag(corner, round(80 / scale), round(80 / scale)))
        left, top, width, height = map(int, self.crop().split(","))
        self.assertAlmostEqual(width, 240, delta=2)
        self.assertEqual(width, height)
        self.assertAlmostEqual(left + width, x + 320, delta=1)
        self.assertAlmostEqual(top + height, 320, delta=1)
        self.check_drawing(self.group, self.crop())
        # Never out of the photograph.
        for across, edges in ((400, (640 - width, 0)), (-400, (0, 0))):
            self.changed(lambda: self.drag(frame, across, -150))
            self.assertEqual(tuple(map(int, self.crop().split(",")))[:2], edges)
        self.browser.until_drawn()
        self.browser.picture("page")

    def test_the_slider(self):
        split = self.browser.of("split")
        self.drag(split, 100, 0)
        value = float(split.get_attribute("value"))
        self.assertGreater(value, 55)
        divider = self.browser.find_element(By.CLASS_NAME, "divider")
        left = float(divider.value_of_css_property("left").removesuffix("px"))
        self.assertAlmostEqual(left / split.size["width"], value / 100, delta=0.01)
        # Of the photograph, so much is cut off at the right.
        clip = self.browser.of("before").value_of_css_property("clip-path")
        self.assertAlmostEqual(float(clip.split()[1].removesuffix("%")), 100 - value, delta=0.1)
        self.assertEqual(split.get_attribute("aria-valuetext"), f"{int(value + 0.5)} percent photograph")

    def test_the_heatmap(self):
        opacity = self.browser.of("opacity")
        heat = self.browser.of("heat")
        self.assertEqual(heat.value_of_css_property("opacity"), "0")
        self.drag(opacity, opacity.size["width"] // 4, 0)
        self.browser.until(lambda: 0.5 < float(heat.value_of_css_property("opacity")) < 1, "the heatmap")
        self.assertEqual(self.browser.execute_script("return arguments[0].naturalWidth", heat), SIZE)
        self.browser.picture("heatmap")

    def test_the_direction(self):
        self.assertFalse(self.browser.of("model-choice").is_displayed())
        direction = self.browser.of("direction")
        self.assertEqual(direction.text.split("\n"), ["selfie → toon", "toon → selfie"])
        self.changed(lambda: direction.find_elements(By.TAG_NAME, "option")[1].click())
        _, expected = post(self.group, {"crop": self.crop(), "direction": "B2A"})
        self.assertEqual(pixels(self.browser.drawing()).tobytes(), pixels(expected).tobytes())

    def test_downloads(self):
        self.browser.execute_cdp_cmd(
            "Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": self.folder.name}
        )
        for name, size in (("download", SIZE), ("download-large", 320)):
            self.browser.of(name).click()
            path = self.folder.path("group-drawn.png")
            self.browser.until(path.exists, f"the file of {name}")
            self.assertEqual(pixels(path.read_bytes()).size, (size, size))
            path.unlink()

    def test_keyboard_only(self):
        def focused():
            return self.browser.switch_to.active_element.get_attribute("id")

        def press(*keys):
            ActionChains(self.browser).send_keys(*keys).perform()

        self.browser.execute_script(
            """const status = document.getElementById('status');
            window.told = [];
            new MutationObserver(() => window.told.push(status.textContent)).observe(status, {childList: true});"""
        )
        seen = []
        for _ in range(20):
            press(Keys.TAB)
            seen.append(focused())
            if focused() == "frame":
                self.changed(lambda: press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, "-", Keys.ARROW_DOWN))
                x, y, width, height = map(int, self.crop().split(","))
                self.assertEqual((width, height), (305, 305))
                self.assertGreater(x, 160)
                self.check_drawing(self.group, self.crop())
                told = self.browser.execute_script("return window.told")
                self.assertTrue(any("305 by 305 pixels" in text for text in told), told)
            elif focused() == "split":
                press(Keys.HOME)
                self.assertEqual(self.browser.of("split").get_attribute("aria-valuetext"), "0 percent photograph")
            elif focused() == "opacity":
                press(Keys.END)
                self.assertEqual(self.browser.of("heat").get_attribute("hidden"), None)
            elif focused() == "download-large":
                break
        order = ["direction", "files", "frame", "split", "opacity", "download", "download-large"]
        self.assertEqual([name for name in seen if name in order], order)

    def test_a_network_that_looks_nowhere(self):
        self.browser.execute_script(
            """const parse = JSON.parse;
            JSON.parse = (text) => {
              const value = parse(text);
              if (value.cam) value.heatmap = value.cam = null;
              return value;
            };"""
        )
        self.browser.choose(MAN)
        self.browser.until(lambda: self.browser.of("work-name").text == "man.jpg", "the other photograph")
        self.browser.until_drawn()
        self.assertFalse(self.browser.of("heat-choice").is_displayed())
        self.assertFalse(self.browser.of("heat").is_displayed())

    def test_a_telephone_and_the_dark(self):
        for width, name in ((360, "telephone"), (1200, "dark")):
            with self.subTest(name):
                self.browser.emulate(width, 780, dark=name == "dark", telephone=name == "telephone")
                across = self.browser.execute_script("return document.scrollingElement.scrollWidth")
                self.assertLessEqual(across, width)
                self.assertEqual(
                    self.browser.find_element(By.CLASS_NAME, "camera").is_displayed(), name == "telephone"
                )
                for selector in ("body", ".hint", "#times", ".button.main", "#direction"):
                    self.assertGreaterEqual(self.contrast(selector), 4.5, selector)
                for element in self.browser.find_elements(By.CSS_SELECTOR, "button, .button, select"):
                    if element.is_displayed():
                        self.assertGreaterEqual(element.size["height"], 44, element.get_attribute("outerHTML"))
                self.browser.picture(name)

    def contrast(self, selector):
        """Of a text and what is behind it (WCAG 2.2, "contrast ratio")."""
        ink, ground = self.browser.execute_script(
            """let element = document.querySelector(arguments[0]);
            const ink = getComputedStyle(element).color;
            const isClear = (colour) => colour === 'transparent' || colour.endsWith(', 0)');
            while (isClear(getComputedStyle(element).backgroundColor)) element = element.parentElement;
            return [ink, getComputedStyle(element).backgroundColor];""",
            selector,
        )

        def luminance(colour):
            parts = [float(part) / 255 for part in colour[colour.index("(") + 1 : -1].split(",")[:3]]
            linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
            return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

        low, high = sorted((luminance(ink), luminance(ground)))
        return (high + 0.05) / (low + 0.05)

    def test_everything_has_a_name_for_a_screen_reader(self):
        tree = self.browser.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
        controls = {"button", "slider", "combobox", "link", "application", "image", "img", "textbox"}
        found = set()
        for node in tree:
            role = node.get("role", {}).get("value")
            if node.get("ignored") or role not in controls:
                continue
            found.add(role)
            self.assertTrue(node.get("name", {}).get("value"), node)
        self.assertLessEqual({"button", "slider", "combobox", "link", "application"}, found)


if __name__ == "__main__":
    unittest.main()
