"""What was typed, as it is shown: small Markdown, and nothing that could do harm."""

import re

import pytest

from hanse_groups.rendering import plain, render

#: everything that a message may be made of
ALLOWED = re.compile(
    r"<(/?(p|strong|em|s|code|pre|ul|li|blockquote|ol)"
    r"|br|/a|/span|ol start=\"\d+\"|span class=\"mention\""
    r"|a( href=\"(https?:|mailto:|/|#)[^\"<>]*\")?( title=\"[^\"<>]*\")? target=\"_blank\""
    r" rel=\"noopener noreferrer nofollow\")>"
)

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<iframe src=javascript:alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "<p style=position:fixed>x</p>",
    "<style>*{display:none}</style>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<!-- --!><img src=x onerror=alert(1)> -->",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](vbscript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](file:///etc/passwd)",
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    "![x](https://example.org/pixel.png)",
    "![x](data:image/png;base64,AAAA)",
    "[a [b](https://example.org)](javascript:alert(1))",
    "[![x](https://example.org/x.png)](javascript:alert(1))",
    "[x]: javascript:alert(1)\n\n[x]",
    '[x](https://example.org "onclick=alert(1)")',
    '[x](https://example.org" onclick="alert(1))',
    'https://example.org/"onmouseover="alert(1)',
    "https://example.org/<script>alert(1)</script>",
    '<span class="mention">@Ada</span>',
    '@Ada" onclick="alert(1)',
    "@Ada<img src=x onerror=alert(1)>",
    "`<script>`",
    "```html\n</code></pre><script>alert(1)</script>\n```",
    '```" onclick="alert(1)\nx\n```',
    "# Heading\n\n<h1>x</h1>",
    "\x00<script>",
    "[@Ada](javascript:alert(1))",
    "<@Ada>",
]


@pytest.mark.parametrize("text", ATTACKS)
def test_attacks_come_out_harmless(text):
    names = {"Ada": [1], '"><script>alert(1)</script>': [2], "x onerror=alert(1)": [3]}
    html, _people = render(text, names)
    rest = ALLOWED.sub("", html)
    assert "<" not in rest, html
    assert not re.search(r"href=\"\s*(javascript|data|vbscript|file)", html, re.IGNORECASE)


def test_a_name_that_is_markup_is_shown_as_text():
    html, people = render('@"><script>alert(1)</script>', {'"><script>alert(1)</script>': [2]})
    assert people == {2}
    assert "<script" not in html


@pytest.mark.parametrize("sign", ["[", ">", "*a ", "_*", "[](", "- ", "@", "&#", "`", "(", "https://"])
def test_texts_made_to_be_hard_are_no_error(sign):
    render(sign * (9_999 // len(sign)), {"Ada": [1]})


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*a* **b** ~~c~~ `d`", "<p><em>a</em> <strong>b</strong> <s>c</s> <code>d</code></p>"),
        ("a\nb", "<p>a<br>\nb</p>"),
        ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>'),
        ("> a", "<blockquote>\n<p>a</p>\n</blockquote>"),
        ("1 < 2 & 3", "<p>1 &lt; 2 &amp; 3</p>"),
        ("# no heading", "<p># no heading</p>"),
    ],
)
def test_small_markdown_is_shown(text, html):
    assert render(text)[0] == html


def test_links_open_elsewhere_and_tell_nothing():
    html, _people = render("https://example.org")
    assert 'target="_blank"' in html
    assert 'rel="noopener noreferrer nofollow"' in html


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Jörg Weiß", "@Jörg Weiß"),
        ("Jörg Weiß", "@jörg weiß"),
        ("Jörg Weiß", "@JÖRG WEISS"),
        ("Sinéad O'Brien", "@Sinéad O'Brien"),
        ('Ada "Speedy" Berg', '@Ada "Speedy" Berg'),
        ("Smith & Sons", "@Smith & Sons"),
        ("Anne-Marie", "@anne-marie!"),
        ("İpek", "@İpek"),
    ],
)
def test_names_are_found_however_they_are_written(name, text):
    html, people = render(f"Hello {text}", {name: [7]})
    assert people == {7}
    assert 'class="mention"' in html


def test_letters_that_only_look_alike_mean_nobody():
    assert render("@İna", {"Ina": [1]})[1] == set()


def test_the_longest_name_wins():
    assert render("@Ada Berg", {"Ada": [1], "Ada Berg": [2]})[1] == {2}


def test_names_that_differ_by_case_alone_mean_all_of_them():
    assert render("@ada berg", {"Ada Berg": [1], "ADA BERG": [2]})[1] == {1, 2}


def test_a_nameless_person_is_not_mentioned_by_a_bare_sign():
    assert render("@ @", {" ": [1], "": [2]})[1] == set()


class TestPlain:
    def test_has_the_words_without_marks(self):
        html, _people = render("**Hello** [you](https://example.org)\n\n- a\n- b")
        assert plain(html) == "Hello you a b"

    def test_has_no_entities(self):
        assert plain(render("1 < 2 & 3")[0]) == "1 < 2 & 3"

    def test_is_cut_at_its_length(self):
        text = plain(render("word " * 100)[0], 20)
        assert len(text) <= 20
        assert text.endswith("…")

    def test_of_nothing_is_nothing(self):
        assert plain("") == ""
