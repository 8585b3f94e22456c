from ui.shell import open_page

page = open_page("recipe")
