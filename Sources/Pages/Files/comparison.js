// The drawing beside the part of the photograph that it was made of.

/** Pixels across of the photograph's part as it is shown. */
const shownWidth = 1024;

/** In the order in which they come. */
const stages = ['queue', 'preprocess', 'inference', 'encode'];

const words = {waiting: 'Waiting …', sending: 'Sending …', drawing: 'Drawing …'};

/** Shows one picture's state. */
export class Comparison {
  #of = (id) => document.getElementById(id);
  #element = this.#of('comparison');
  #before = this.#of('before');
  #after = this.#of('after');
  #heat = this.#of('heat');
  #split = this.#of('split');
  #opacity = this.#of('opacity');
  #progress = this.#of('progress');
  #problem = this.#of('problem');

  constructor() {
    this.#split.addEventListener('input', () => this.#showSplit());
    this.#opacity.addEventListener('input', () => this.#showHeat());
    this.#showSplit();
    this.#showHeat();
  }

  #showSplit() {
    const percent = Number(this.#split.value);
    this.#element.style.setProperty('--split', `${percent}%`);
    this.#split.setAttribute('aria-valuetext', `${Math.round(percent)} percent photograph`);
  }

  #showHeat() {
    this.#element.style.setProperty('--heat', Number(this.#opacity.value) / 100);
    this.#opacity.setAttribute('aria-valuetext', `${this.#opacity.value} percent`);
  }

  /** Draws the photograph's part anew. */
  showPart(picture, shape) {
    this.#element.style.setProperty('--shape', shape);
    this.#element.classList.toggle('unseen-before', !picture.part);
    if (!picture.part) return;
    const width = Math.round(Math.min(shownWidth, Math.max(picture.part.width, 1)));
    picture.photograph.draw(this.#before, picture.part, width, Math.max(1, Math.round(width / shape)));
  }

  show(picture) {
    const {state, drawn, problem, photograph} = picture;
    this.#element.dataset.state = state;
    this.#element.classList.toggle('drawn', drawn !== null);
    this.#of('doing').textContent = words[state] ?? '';
    if (state === 'sending') this.#progress.value = picture.share; else this.#progress.removeAttribute('value');

    this.#show(this.#after, drawn?.url ?? null, `${photograph.name}, drawn`);
    // What it shows is no more than where the picture is brighter: nothing to read out.
    this.#show(this.#heat, drawn?.heat ?? null, '');
    this.#of('heat-choice').hidden = !drawn?.heat;

    this.#problem.hidden = !problem;
    this.#problem.textContent = problem ? `${problem.title}. ${problem.message}` : '';
    this.#of('again').hidden = !problem;
    this.#showDownloads(picture);
    this.#showTimes(drawn?.times ?? {});
  }

  #show(image, url, text) {
    image.hidden = !url;
    image.alt = url ? text : '';
    if (url) image.src = url; else image.removeAttribute('src');
  }

  #showDownloads({drawn, part, photograph}) {
    const link = this.#of('download');
    const large = this.#of('download-large');
    link.hidden = !drawn;
    large.hidden = !drawn || !part;
    if (!drawn) return;
    link.href = drawn.url;
    link.download = photograph.resultName('png');
    link.textContent = `Download, ${drawn.width} × ${drawn.height}`;
    if (part) {
      const [, , width, height] = part.crop(photograph).split(',');
      large.textContent = `In the photograph's size, ${width} × ${height}`;
    }
  }

  /** In milliseconds, as the service names them. */
  #showTimes(times) {
    const told = stages.filter((name) => name in times);
    this.#of('times').replaceChildren(...told.map((name) => {
      const row = document.createElement('div');
      const [term, time] = [document.createElement('dt'), document.createElement('dd')];
      term.textContent = name;
      time.textContent = `${times[name].toFixed(times[name] < 10 ? 1 : 0)} ms`;
      row.append(term, time);
      return row;
    }));
  }
}
