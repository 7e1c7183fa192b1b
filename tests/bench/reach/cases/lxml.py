# pip: lxml cssselect beautifulsoup4 html5lib
from lxml import etree


def train():
    root = etree.fromstring("<a><b>1</b><b>2</b></a>")
    texts = [b.text for b in root.iter("b")]
    return [texts, etree.tostring(root).decode()]


def html():
    import lxml.html
    page = lxml.html.fromstring("<div><a href='/x'>y</a></div>")
    page.make_links_absolute("https://example.com")
    return lxml.html.tostring(page).decode()


def css():
    import lxml.html
    return [e.text for e in lxml.html.fromstring("<p class=a>x</p><p>y</p>").cssselect("p.a")]


def xslt():
    sheet = etree.XML('<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">'
                      '<xsl:template match="/"><r><xsl:value-of select="/a/b"/></r></xsl:template></xsl:stylesheet>')
    return str(etree.XSLT(sheet)(etree.XML("<a><b>t</b></a>")))


def relax_ng():
    schema = etree.RelaxNG(etree.XML('<element name="a" xmlns="http://relaxng.org/ns/structure/1.0"><zeroOrMore>'
                                     '<element name="b"><text/></element></zeroOrMore></element>'))
    return [schema.validate(etree.XML("<a><b/></a>")), schema.validate(etree.XML("<a><c/></a>"))]


def xml_schema():
    schema = etree.XMLSchema(etree.XML('<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">'
                                       '<xs:element name="a" type="xs:integer"/></xs:schema>'))
    return [schema.validate(etree.XML("<a>1</a>")), schema.validate(etree.XML("<a>x</a>"))]


def schematron():
    from lxml import isoschematron
    schema = isoschematron.Schematron(etree.XML(
        '<schema xmlns="http://purl.oclc.org/dsdl/schematron"><pattern><rule context="a">'
        '<assert test="b">b is missing</assert></rule></pattern></schema>'))
    return [schema.validate(etree.XML("<a><b/></a>")), schema.validate(etree.XML("<a/>"))]


def objectify():
    from lxml import objectify as o
    return int(o.fromstring("<a><n>3</n></a>").n + 1)


def builder():
    from lxml.builder import E
    return etree.tostring(E.p("x", E.b("y"))).decode()


def html_diff():
    from lxml.html.diff import htmldiff
    return htmldiff("<p>a b</p>", "<p>a c</p>")


def forms():
    import lxml.html
    return lxml.html.fromstring("<form><input name=a value=1></form>").forms[0].form_values()


def soup():
    from bs4 import BeautifulSoup
    return [BeautifulSoup("<p>a<b>c</p>", parser).p.get_text() for parser in ("lxml", "html.parser", "html5lib")]


def soup_parser():
    from lxml.html import soupparser
    return etree.tostring(soupparser.fromstring("<p>a<b>c")).decode()


def sax():
    import xml.sax.handler
    import lxml.sax
    names = []

    class Handler(xml.sax.handler.ContentHandler):
        def startElementNS(self, name, qname, attributes):
            names.append(name[1])
    lxml.sax.saxify(etree.XML("<a><b/></a>"), Handler())
    return names


def include():
    open("/tmp/part.xml", "w").write("<x/>")
    tree = etree.ElementTree(etree.XML('<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="/tmp/part.xml"/></a>'))
    tree.xinclude()
    return tree.getroot()[0].tag


def doctest_compare():
    import lxml.doctestcompare
    return lxml.doctestcompare.LXMLOutputChecker().check_output("<a/>", "<a></a>", lxml.doctestcompare.PARSE_XML)


def cython_headers():
    return len(etree.LIBXML_VERSION)
