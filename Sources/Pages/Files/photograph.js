// A file that a visitor has chosen, as the browser sees it.

/** Pixels of what is converted at most; the largest canvas that every browser has. */
const mostPixels = 16_000_000;

/** What is sent, and how it is shown, if it can be. */
export class Photograph {
  /**
   * @param {Blob} file what the service gets.
   * @param {HTMLImageElement | null} image null where the browser cannot show it.
   */
  constructor(name, file, image) {
    this.name = name;
    this.file = file;
    this.image = image;
  }

  get width() { return this.image?.naturalWidth ?? 0; }
  get height() { return this.image?.naturalHeight ?? 0; }

  /** Reads a file; what the browser can show and the service cannot read becomes a JPEG. */
  static async read(file) {
    const name = file.name || 'photograph';
    const image = await load(file);
    if (!image || await isReadByService(file)) return new Photograph(name, file, image);
    try {
      const converted = await jpeg(image);
      URL.revokeObjectURL(image.src);
      return new Photograph(name, converted, await load(converted));
    } catch {
      // The service says what it is.
      return new Photograph(name, file, image);
    }
  }

  /** The name of a result, without the kind of file that the photograph was. */
  resultName(kind) {
    return `${this.name.replace(/\.[a-z0-9]{1,5}$/i, '')}-drawn.${kind}`;
  }

  /** Draws a part of it over all of a canvas. */
  draw(canvas, part, width, height) {
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext('2d');
    context.imageSmoothingQuality = 'high';
    context.drawImage(this.image, part.x, part.y, part.width, part.height, 0, 0, width, height);
  }

  /** A small picture of its middle. */
  thumbnail(side) {
    const canvas = document.createElement('canvas');
    const short = Math.min(this.width, this.height);
    const part = {x: (this.width - short) / 2, y: (this.height - short) / 2, width: short, height: short};
    this.draw(canvas, part, side, side);
    return canvas;
  }
}

/** The picture, decoded; null where the browser cannot. */
async function load(file) {
  const image = new Image();
  image.src = URL.createObjectURL(file);
  try {
    await image.decode();
    // A drawing without a size of its own has none to choose a part of.
    if (image.naturalWidth && image.naturalHeight) return image;
  } catch {
    // Nothing that it knows.
  }
  URL.revokeObjectURL(image.src);
  return null;
}

/** Whether it begins as a PNG, JPEG or WebP does, whatever it is called. */
async function isReadByService(file) {
  const head = new Uint8Array(await file.slice(0, 12).arrayBuffer());
  const text = String.fromCharCode(...head);
  return text.startsWith('\x89PNG') || text.startsWith('\xff\xd8\xff')
    || (text.startsWith('RIFF') && text.endsWith('WEBP'));
}

async function jpeg(image) {
  const scale = Math.min(1, Math.sqrt(mostPixels / (image.naturalWidth * image.naturalHeight)));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.floor(image.naturalWidth * scale));
  canvas.height = Math.max(1, Math.floor(image.naturalHeight * scale));
  const context = canvas.getContext('2d');
  // What is transparent lies on white, as the service has it.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  const file = await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.95));
  if (!file) throw new Error('the canvas gave no file');
  return file;
}
