// The part of a photograph that is drawn: a rectangle of the model's shape, moved and sized by pointer and keyboard.

/** Which part of a photograph it is; all sides in pixels. */
export class Part {
  constructor(x, y, width, height) {
    Object.assign(this, {x, y, width, height});
  }

  /** The largest part of a shape, in the middle across and in the upper third down, where faces are. */
  static largest(photograph, shape) {
    const width = Math.min(photograph.width, photograph.height * shape);
    const height = width / shape;
    return new Part((photograph.width - width) / 2, (photograph.height - height) / 3, width, height);
  }

  /** The same place in another shape. */
  reshaped(shape, photograph) {
    const width = Math.min(Math.sqrt(this.width * this.height * shape), photograph.width, photograph.height * shape);
    return this.sized(width, shape, photograph, 0.5, 0.5);
  }

  moved(across, down, photograph) {
    return new Part(
      clamp(this.x + across, 0, photograph.width - this.width),
      clamp(this.y + down, 0, photograph.height - this.height), this.width, this.height);
  }

  /** As wide as that, within the photograph; the point that stays is in shares of the sides. */
  sized(wanted, shape, photograph, stayAcross, stayDown) {
    const most = Math.min(photograph.width, photograph.height * shape);
    const width = clamp(wanted, Math.min(16, most), most);
    const height = width / shape;
    const x = this.x + (this.width - width) * stayAcross;
    const y = this.y + (this.height - height) * stayDown;
    return new Part(
      clamp(x, 0, photograph.width - width), clamp(y, 0, photograph.height - height), width, height);
  }

  /**
   * `crop` of `/translate`, in whole pixels.  Of large photographs in multiples of 8 or up to the edge: then the
   * service's decoder can make them smaller as it reads.
   */
  crop(photograph) {
    const step = Math.min(photograph.width, photograph.height) >= 1024 ? 8 : 1;
    const whole = (value, most) => clamp(Math.round(value / step) * step, 0, most);
    const [x, y] = [whole(this.x, photograph.width - step), whole(this.y, photograph.height - step)];
    const right = Math.max(whole(this.x + this.width, photograph.width), x + 1);
    const bottom = Math.max(whole(this.y + this.height, photograph.height), y + 1);
    return `${x},${y},${right - x},${bottom - y}`;
  }

  describe() {
    const [x, y, width, height] = [this.x, this.y, this.width, this.height].map(Math.round);
    return `${x} from the left, ${y} from the top, ${width} by ${height} pixels`;
  }
}

function clamp(value, least, most) {
  return Math.min(Math.max(value, least), Math.max(least, most));
}

/** The element that shows the part and changes it. */
export class Frame extends EventTarget {
  #element;
  #photograph = null;
  #shape = 1;
  part = null;

  /** @param {HTMLElement} element over the photograph, in an element of its size. */
  constructor(element) {
    super();
    this.#element = element;
    element.addEventListener('pointerdown', (event) => this.#drag(event));
    element.addEventListener('keydown', (event) => this.#press(event));
  }

  show(photograph, part, shape) {
    this.#photograph = photograph;
    this.#shape = shape;
    this.#place(part);
  }

  #place(part) {
    this.part = part;
    const {width, height} = this.#photograph;
    const {style} = this.#element;
    style.setProperty('--left', part.x / width);
    style.setProperty('--top', part.y / height);
    style.setProperty('--width', part.width / width);
    style.setProperty('--height', part.height / height);
  }

  #change(part) {
    this.#place(part);
    this.dispatchEvent(new Event('change'));
  }

  #drag(down) {
    if (down.button !== 0 || !this.#photograph) return;
    const element = this.#element;
    const corner = down.target.dataset.corner;
    const first = this.part;
    const scale = this.#photograph.width / element.parentElement.clientWidth;
    // Keeps the pointer's events coming when it leaves the element.
    element.setPointerCapture(down.pointerId);
    const move = (event) => {
      const across = (event.clientX - down.clientX) * scale;
      const fromTop = (event.clientY - down.clientY) * scale;
      this.#change(corner ? this.#pulled(first, corner, across, fromTop) : first.moved(across, fromTop, this.#photograph));
    };
    const end = new AbortController();
    element.addEventListener('pointermove', move, end);
    for (const name of ['pointerup', 'pointercancel']) {
      element.addEventListener(name, () => end.abort(), end);
    }
  }

  /** The opposite corner stays. */
  #pulled(part, corner, across, down) {
    const isEast = corner.endsWith('e');
    const isSouth = corner.startsWith('s');
    const wider = Math.max(isEast ? across : -across, (isSouth ? down : -down) * this.#shape);
    // No wider than the photograph's edges let it, so that it does not move.
    const room = Math.min(
      isEast ? this.#photograph.width - part.x : part.x + part.width,
      (isSouth ? this.#photograph.height - part.y : part.y + part.height) * this.#shape);
    const width = Math.min(part.width + wider, room);
    return part.sized(width, this.#shape, this.#photograph, isEast ? 0 : 1, isSouth ? 0 : 1);
  }

  #press(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || !this.#photograph) return;
    const step = Math.max(this.#photograph.width / (event.shiftKey ? 20 : 100), 1);
    const moves = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};
    const sizes = {'+': 1.05, '=': 1.05, '-': 1 / 1.05, '_': 1 / 1.05};
    if (moves[event.key]) {
      const [across, down] = moves[event.key];
      this.#change(this.part.moved(across * step, down * step, this.#photograph));
    } else if (sizes[event.key]) {
      this.#change(
        this.part.sized(this.part.width * sizes[event.key], this.#shape, this.#photograph, 0.5, 0.5));
    } else {
      return;
    }
    event.preventDefault();
  }
}
