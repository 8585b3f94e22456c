// Beside the editor, which is drawn in a frame of its own: names it, lets Escape leave it, and goes to a line.
const done = new WeakMap();

// The editor's frame is the last one before this element.
function frame(here) {
  const before = (each) => each.compareDocumentPosition(here) & Node.DOCUMENT_POSITION_FOLLOWING;
  return [...document.querySelectorAll("iframe")].filter(before).pop();
}

function editorIn(found) {
  const box = found?.contentDocument?.querySelector(".ace_editor");
  return box?.env?.editor;
}

function prepare(found, editor, name, behind) {
  found.title = name;
  editor.textInput.getElement().setAttribute("aria-label", `${name}. Escape leaves the editor.`);
  editor.commands.addCommand({
    name: "leave",
    bindKey: "Esc",
    exec: () => behind.focus(),
    readOnly: true,
  });
}

export default function (component) {
  const { data, parentElement } = component;
  const behind = parentElement.querySelector("span");
  let tries = 0;
  const work = () => {
    const found = frame(parentElement.host ?? parentElement);
    const editor = editorIn(found);
    if (!editor) {
      // The editor's own script is still on its way.
      if (tries++ < 200) setTimeout(work, 50);
      return;
    }
    const before = done.get(editor);
    if (before === undefined) prepare(found, editor, data.name, behind);
    if (data.turn && before !== data.turn) {
      editor.resize(true);
      editor.scrollToLine(data.line - 1, true, false);
      editor.gotoLine(data.line, 0, false);
    }
    done.set(editor, data.turn);
  };
  work();
}
