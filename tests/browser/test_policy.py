"""The Content-Security-Policy in a real browser: the pages work under it, and what it forbids does not happen."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.server]

TRIES = """() => new Promise(done => {
    const seen = [];
    document.addEventListener('securitypolicyviolation', event => seen.push(event.effectiveDirective));
    const script = document.createElement('script');
    script.textContent = 'window.ran = true';
    document.body.append(script);
    new Image().src = 'http://tracker.example/p.png';
    const frame = document.createElement('iframe');
    frame.src = 'http://tracker.example/';
    document.body.append(frame);
    fetch('http://tracker.example/').catch(() => {});
    setTimeout(() => done({seen: [...new Set(seen)].sort(), ran: window.ran === true}), 500);
})"""


def test_what_an_injected_element_tries_is_forbidden(read, filled_server):
    reader = read(filled_server)
    reader.open("/")
    assert reader.faults() == []
    found = reader.page.evaluate(TRIES)
    assert found == {"seen": ["connect-src", "frame-src", "img-src", "script-src-elem"], "ran": False}


def test_a_page_cannot_be_framed(read, empty_server):
    reader = read(empty_server)
    reader.page.set_content(f'<iframe src="{empty_server}/" name="inside"></iframe>')
    reader.page.wait_for_timeout(1000)
    assert reader.page.frame("inside").locator('[data-testid="stApp"]').count() == 0
