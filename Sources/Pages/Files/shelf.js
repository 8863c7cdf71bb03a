// All photographs, small, each with how far it is.

const words = {
  waiting: 'waiting', sending: 'being sent', drawing: 'being drawn', drawn: 'drawn', problem: 'not drawn',
};

/** A `select` tells which picture somebody wants to see. */
export class Shelf extends EventTarget {
  #element = document.getElementById('shelf');
  #list = document.getElementById('pictures');
  #tally = document.getElementById('tally');
  #buttons = new Map();

  add(picture) {
    const {photograph} = picture;
    const button = document.createElement('button');
    button.type = 'button';
    if (photograph.image) {
      const image = photograph.thumbnail(176);
      image.setAttribute('aria-hidden', 'true');
      image.style.width = '100%';
      button.append(image);
    } else {
      const name = document.createElement('span');
      name.className = 'name';
      name.textContent = photograph.name;
      button.append(name);
    }
    const progress = document.createElement('progress');
    progress.setAttribute('aria-hidden', 'true');
    button.append(progress);
    button.addEventListener('click', () => this.dispatchEvent(new CustomEvent('select', {detail: picture})));
    const item = document.createElement('li');
    item.append(button);
    this.#list.append(item);
    this.#buttons.set(picture, button);
    this.show(picture);
  }

  show(picture) {
    const button = this.#buttons.get(picture);
    const {state, share} = picture;
    button.dataset.state = state;
    button.setAttribute('aria-label', `${picture.photograph.name}, ${words[state]}`);
    const progress = button.querySelector('progress');
    progress.hidden = state === 'drawn' || state === 'problem';
    if (state === 'sending') progress.value = share; else progress.removeAttribute('value');
    this.#tally.textContent = this.summary;
    this.#element.hidden = this.#buttons.size < 2;
  }

  get summary() {
    const count = (state) => [...this.#buttons.keys()].filter((picture) => picture.state === state).length;
    const failed = count('problem');
    return `${count('drawn')} of ${this.#buttons.size} drawn${failed ? `, ${failed} not` : ''}`;
  }

  mark(selected) {
    for (const [picture, button] of this.#buttons) button.setAttribute('aria-pressed', picture === selected);
  }
}
