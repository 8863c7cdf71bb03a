// The page: what comes in, what is chosen, what is shown.

import {Comparison} from './comparison.js';
import {Frame, Part} from './frame.js';
import {Photograph} from './photograph.js';
import {Line, Picture} from './picture.js';
import {readModels, useKey} from './service.js';
import {Shelf} from './shelf.js';

/** How long a frame has to be still before what is in it is drawn, in milliseconds. */
const stillness = 300;

const of = (id) => document.getElementById(id);
const comparison = new Comparison();
const frame = new Frame(of('frame'));
const shelf = new Shelf();
const line = new Line((picture) => picture.draw(choice(), admit));
const pictures = [];
let models = [];
let selected = null;
let stillTimer = 0;
let keyQuestion = null;

/* The choice of a model. */

const model = () => models.find(({name}) => name === of('model').value);
const choice = () => (model() ? {model: of('model').value, direction: of('direction').value} : {});

/** How much wider than high what the model draws is. */
function shape() {
  const chosen = model();
  return chosen ? chosen.image_width / chosen.image_height : 1;
}

function fill(select, options, chosen) {
  select.replaceChildren(...options.map(([value, text]) => new Option(text, value, false, value === chosen)));
}

function showDirections() {
  fill(of('direction'), (model()?.directions ?? []).map(({name, source, target}) => [name, `${source} → ${target}`]));
}

async function loadModels() {
  try {
    const found = await readModels();
    models = found.models;
    fill(of('model'), models.map(({name}) => [name, name]), found.default_model);
    of('model-choice').hidden = models.length < 2;
    of('choices').hidden = models.length === 0;
    showDirections();
    of('notice').hidden = true;
  } catch (problem) {
    of('notice').textContent = `${problem.title}. ${problem.message}`;
    of('notice').hidden = false;
    if (problem.status === 401) {
      if (await admit(problem)) await loadModels();
    } else if (problem.retryAfter !== null) {
      setTimeout(loadModels, 1000 * problem.retryAfter);
    }
  }
}

/** What was drawn is another's work now; what somebody looks at comes first. */
function drawAll() {
  for (const picture of pictures) {
    if (picture.part) picture.part = picture.part.reshaped(shape(), picture.photograph);
    line.add(picture, {first: picture === selected});
  }
  if (selected) select(selected);
}

of('model').addEventListener('change', () => {
  showDirections();
  drawAll();
});
of('direction').addEventListener('change', drawAll);

/* Photographs that come in. */

async function add(files) {
  await ready;
  for (const file of files) {
    const photograph = await Photograph.read(file);
    const picture = new Picture(photograph, photograph.image && Part.largest(photograph, shape()));
    pictures.push(picture);
    shelf.add(picture);
    document.body.classList.add('filled');
    picture.addEventListener('change', () => follow(picture));
    if (file === files[0]) select(picture);
    line.add(picture);
  }
}

for (const input of [of('files'), of('camera')]) {
  input.addEventListener('change', () => {
    const files = [...input.files];
    // So that the same file can be chosen again.
    input.value = '';
    add(files);
  });
}
of('intake').addEventListener('submit', (event) => event.preventDefault());

document.addEventListener('paste', (event) => {
  if (event.clipboardData.files.length > 0) add([...event.clipboardData.files]);
});

const carriesFiles = (event) => event.dataTransfer?.types.includes('Files');
for (const name of ['dragenter', 'dragover']) {
  document.addEventListener(name, (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    document.body.classList.add('over');
  });
}
document.addEventListener('dragleave', (event) => {
  if (!event.relatedTarget) document.body.classList.remove('over');
});
document.addEventListener('drop', (event) => {
  document.body.classList.remove('over');
  if (!carriesFiles(event)) return;
  event.preventDefault();
  // A folder comes as a file that cannot be read.
  const isFile = (item) => item.kind === 'file' && item.webkitGetAsEntry()?.isDirectory !== true;
  add([...event.dataTransfer.items].filter(isFile).map((item) => item.getAsFile()));
});

/* What is shown. */

function select(picture) {
  selected = picture;
  shelf.mark(picture);
  const {photograph, part} = picture;
  of('work').hidden = false;
  of('work-name').textContent = photograph.name;
  of('photo').closest('figure').hidden = !part;
  if (part) {
    of('photo').src = photograph.image.src;
    of('photo').alt = photograph.name;
    of('photograph').style.setProperty('--shape', photograph.width / photograph.height);
    frame.show(photograph, part, shape());
  }
  comparison.showPart(picture, shape());
  comparison.show(picture);
}

function follow(picture) {
  shelf.show(picture);
  if (picture === selected) comparison.show(picture);
  if (picture.state === 'drawn' || picture.state === 'problem') {
    of('status').textContent = `${picture.photograph.name}: ${picture.state === 'drawn' ? 'drawn' : 'not drawn'}. ${shelf.summary}.`;
  }
}

frame.addEventListener('change', () => {
  const picture = selected;
  picture.part = frame.part;
  picture.reset();
  comparison.showPart(picture, shape());
  of('status').textContent = picture.part.describe();
  clearTimeout(stillTimer);
  stillTimer = setTimeout(() => line.add(picture, {first: true}), stillness);
});

shelf.addEventListener('select', ({detail}) => select(detail));
of('again').addEventListener('click', () => line.add(selected, {first: true}));

of('download-large').addEventListener('click', async ({target}) => {
  const picture = selected;
  target.disabled = true;
  try {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(await picture.drawLarge(choice(), admit));
    link.download = picture.photograph.resultName('png');
    link.click();
    URL.revokeObjectURL(link.href);
  } catch (error) {
    picture.fail(error);
  }
  target.disabled = false;
});

/* Keys. */

/** Asks for a key, once for all that wait for one; whether there is another now. */
function admit(problem) {
  keyQuestion ??= new Promise((resolve) => {
    const dialog = of('key-question');
    of('key-problem').textContent = problem.message;
    of('key').value = '';
    dialog.returnValue = '';
    dialog.addEventListener('close', () => {
      keyQuestion = null;
      const isGiven = dialog.returnValue === 'use';
      if (isGiven) useKey(of('key').value);
      of('key').value = '';
      resolve(isGiven);
    }, {once: true});
    dialog.showModal();
  });
  return keyQuestion;
}

// Without this script the form is sent as it is.
document.documentElement.classList.add('js');
Object.assign(of('files'), {multiple: true, required: false, accept: 'image/*'});
const ready = loadModels();
