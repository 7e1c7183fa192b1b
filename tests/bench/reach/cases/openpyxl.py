# pip: openpyxl pillow xlsxwriter python-docx python-pptx
import openpyxl


def train():
    book = openpyxl.Workbook()
    book.active["A1"] = 42
    book.save("/tmp/a.xlsx")


def read():
    train()
    return openpyxl.load_workbook("/tmp/a.xlsx").active["A1"].value


def read_only_and_write_only():
    book = openpyxl.Workbook(write_only=True)
    book.create_sheet("x").append([1, 2])
    book.save("/tmp/b.xlsx")
    return [[c.value for c in row] for row in openpyxl.load_workbook("/tmp/b.xlsx", read_only=True)["x"]]


def charts():
    from openpyxl.chart import BarChart, LineChart, PieChart, Reference
    book = openpyxl.Workbook()
    for i in range(4):
        book.active.append([i, i * i])
    for kind in (BarChart, LineChart, PieChart):
        chart = kind()
        chart.add_data(Reference(book.active, min_col=2, min_row=1, max_row=4))
        book.active.add_chart(chart, "E1")
    book.save("/tmp/c.xlsx")
    return len(openpyxl.load_workbook("/tmp/c.xlsx").active._charts)


def styles():
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.styles.differential import DifferentialStyle  # noqa: F401
    book = openpyxl.Workbook()
    cell = book.active["A1"]
    cell.font, cell.fill, cell.alignment = Font(bold=True), PatternFill("solid", fgColor="FF0000"), Alignment(wrap_text=True)
    cell.number_format = "0.00%"
    book.save("/tmp/d.xlsx")
    return openpyxl.load_workbook("/tmp/d.xlsx").active["A1"].font.b


def conditional_formatting_and_validation():
    from openpyxl.formatting.rule import ColorScaleRule
    from openpyxl.worksheet.datavalidation import DataValidation
    book = openpyxl.Workbook()
    book.active.conditional_formatting.add("A1:A9", ColorScaleRule(start_type="min", start_color="AA0000", end_type="max", end_color="00AA00"))
    book.active.add_data_validation(DataValidation(type="list", formula1='"a,b"'))
    book.save("/tmp/e.xlsx")
    return len(openpyxl.load_workbook("/tmp/e.xlsx").active.conditional_formatting)


def images():
    from PIL import Image
    from openpyxl.drawing.image import Image as Picture
    Image.new("RGB", (4, 4)).save("/tmp/p.png")
    book = openpyxl.Workbook()
    book.active.add_image(Picture("/tmp/p.png"), "A1")
    book.save("/tmp/f.xlsx")
    return len(openpyxl.load_workbook("/tmp/f.xlsx").active._images)


def formulas_and_tables():
    from openpyxl.formula import Tokenizer
    from openpyxl.formula.translate import Translator
    from openpyxl.worksheet.table import Table
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.active.append([1, 2])
    book.active.add_table(Table(displayName="T", ref="A1:B2"))
    book.save("/tmp/g.xlsx")
    return [len(Tokenizer("=SUM(A1:A3)").items), Translator("=A1", origin="B1").translate_formula("B2"), list(openpyxl.load_workbook("/tmp/g.xlsx").active.tables)]


def comments_and_protection():
    from openpyxl.comments import Comment
    book = openpyxl.Workbook()
    book.active["A1"].comment = Comment("x", "me")
    book.active.protection.set_password("p")
    book.save("/tmp/h.xlsx")
    return openpyxl.load_workbook("/tmp/h.xlsx").active["A1"].comment.text


def pivots_and_properties():
    import openpyxl.pivot.table
    book = openpyxl.Workbook()
    book.properties.title = "t"
    book.save("/tmp/i.xlsx")
    return openpyxl.load_workbook("/tmp/i.xlsx").properties.title


def wrong_file():
    try:
        openpyxl.load_workbook("/tmp/nothing.xls")
    except Exception as error:
        return type(error).__name__


def other_writer():
    import xlsxwriter
    book = xlsxwriter.Workbook("/tmp/j.xlsx")
    sheet = book.add_worksheet()
    sheet.write(0, 0, 1, book.add_format({"bold": True}))
    chart = book.add_chart({"type": "scatter"})
    chart.add_series({"categories": "=Sheet1!$A$1", "values": "=Sheet1!$A$1"})
    sheet.insert_chart("B2", chart)
    book.close()
    return openpyxl.load_workbook("/tmp/j.xlsx").active["A1"].value


def word_document():
    import docx
    document = docx.Document()
    document.add_heading("x", 0)
    document.add_table(1, 1)
    document.save("/tmp/k.docx")
    return [p.text for p in docx.Document("/tmp/k.docx").paragraphs]


def word_header_and_comment():
    import docx
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "h"
    document.sections[0].footer.paragraphs[0].text = "f"
    document.settings.odd_and_even_pages_header_footer = True
    document.save("/tmp/l.docx")
    return docx.Document("/tmp/l.docx").sections[0].header.paragraphs[0].text


def slides():
    import pptx
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE
    show = pptx.Presentation()
    slide = show.slides.add_slide(show.slide_layouts[5])
    data = CategoryChartData()
    data.categories = ["a"]
    data.add_series("s", (1,))
    slide.shapes.add_chart(XL_CHART_TYPE.PIE, 0, 0, 9144000, 9144000, data)
    slide.notes_slide.notes_text_frame.text = "n"
    show.save("/tmp/m.pptx")
    return len(pptx.Presentation("/tmp/m.pptx").slides)
