"""The pages where something is otherwise: without scripts, with keys, below a path; and the description."""

import http.client
import http.server
import json
import subprocess
import threading
import unittest
import urllib.request

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from browser import Browser
from photographs import MAN, Folder
from server import PROGRAM, Server


class WithoutScripts(unittest.TestCase):
    def test_a_plain_form_draws(self):
        server = Server()
        self.addCleanup(server.stop)
        browser = Browser(scripts=False)
        self.addCleanup(browser.quit)
        browser.get(server.url)
        self.assertFalse(browser.of("choices").is_displayed())
        browser.picture("plain")
        browser.of("files").send_keys(str(MAN))
        browser.find_element(By.CSS_SELECTOR, "#intake button").click()
        browser.until(lambda: browser.execute_script("return document.contentType") == "image/png", "a picture")
        browser.until(lambda: browser.execute_script("return document.images[0]?.naturalWidth") == 256, "its size")


class AskingForKeys(unittest.TestCase):
    def test_the_page_asks_for_one_and_keeps_it_in_memory(self):
        folder = Folder(prefix="ugatit-page-")
        self.addCleanup(folder.cleanup)
        made = subprocess.run(
            [PROGRAM, "key", "visitor", "--file", folder.path("keys")],
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        key = made.stdout.strip().split()[-1]
        server = Server("--api-keys", str(folder.path("keys")))
        self.addCleanup(server.stop)
        browser = Browser()
        self.addCleanup(browser.quit)
        browser.get(server.url)
        for text, words in (("wrong", "A key is needed"), (key, "never one")):
            browser.until(lambda: browser.of("key-question").is_displayed(), "the question")
            browser.picture("key")
            field = browser.of("key")
            browser.until(lambda: browser.of("key-problem").text != "", "why")
            field.send_keys(text, Keys.ENTER)
            browser.until(lambda: field.get_attribute("value") == "", "the field emptied")
        browser.until(lambda: not browser.of("key-question").is_displayed(), "the question's end")
        browser.choose(MAN)
        browser.until_drawn()
        stored = browser.execute_script(
            "return [localStorage.length, sessionStorage.length, document.cookie, location.href]"
        )
        self.assertEqual(stored, [0, 0, "", f"{server.url}/"])
        browser.refresh()
        browser.until(lambda: browser.of("key-question").is_displayed(), "the question again")


class Proxy(http.server.BaseHTTPRequestHandler):
    """Serves everything below /pictures/toon/, as a reverse proxy may."""

    prefix = "/pictures/toon"

    def do_GET(self):
        if not self.path.startswith(f"{self.prefix}/"):
            self.send_error(404)
            return
        length = int(self.headers.get("Content-Length", 0))
        upstream = http.client.HTTPConnection(self.server.upstream, timeout=60)
        fields = {name: value for name, value in self.headers.items() if name.lower() != "connection"}
        upstream.request(self.command, self.path[len(self.prefix) :], self.rfile.read(length), fields)
        answer = upstream.getresponse()
        body = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("connection", "date"):
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        upstream.close()

    do_POST = do_GET

    def log_message(self, *_):
        pass


class BelowAPath(unittest.TestCase):
    def test_the_page_works_there(self):
        server = Server()
        self.addCleanup(server.stop)
        proxy = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
        proxy.upstream = server.address
        self.addCleanup(proxy.server_close)
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        self.addCleanup(proxy.shutdown)
        browser = Browser()
        self.addCleanup(browser.quit)
        browser.get(f"http://127.0.0.1:{proxy.server_port}{Proxy.prefix}/")
        browser.choose(MAN)
        browser.until_drawn()
        browser.find_element(By.LINK_TEXT, "For programs").click()
        browser.until(lambda: browser.find_elements(By.ID, "translate"), "the description")
        self.assertEqual(browser.complaints(), [])


class Description(unittest.TestCase):
    def test_it_shows_every_operation(self):
        server = Server()
        self.addCleanup(server.stop)
        browser = Browser()
        self.addCleanup(browser.quit)
        with urllib.request.urlopen(f"{server.url}/openapi.json", timeout=60) as answer:
            description = json.load(answer)
        names = [operation["operationId"] for path in description["paths"].values() for operation in path.values()]
        browser.get(f"{server.url}/docs")
        browser.until(lambda: browser.find_elements(By.ID, names[-1]), "the description")
        shown = browser.find_elements(By.CSS_SELECTOR, "details:not([id^=object])")
        self.assertEqual(sorted(element.get_attribute("id") for element in shown), sorted(names))
        browser.find_element(By.CSS_SELECTOR, "#translate summary").click()
        self.assertIn("x,y,width,height", browser.of("translate").text)
        self.assertEqual(browser.complaints(), [])
        browser.picture("docs")


if __name__ == "__main__":
    unittest.main()
