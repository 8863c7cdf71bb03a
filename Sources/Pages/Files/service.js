// What the service is asked, and what it answers.

/** What the service refuses, in its own words (RFC 9457). */
export class Problem extends Error {
  constructor({status = 0, title, detail, retryAfter = null}) {
    super(detail);
    this.status = status;
    this.title = title;
    this.retryAfter = retryAfter;
  }

  static unreachable() {
    return new Problem({
      title: 'The server cannot be reached',
      detail: 'Nothing came back. Look whether you are connected, then try again.',
    });
  }

  /** @param {string} text the answer's body, a problem or what a proxy says instead. */
  static from(status, text, retryAfter) {
    const seconds = Number.parseInt(retryAfter ?? '', 10);
    const answer = {status, retryAfter: Number.isFinite(seconds) ? seconds : null};
    try {
      const {title, detail} = JSON.parse(text);
      if (typeof detail === 'string') return new Problem({...answer, title, detail});
    } catch {
      // Not the service's own.
    }
    return new Problem({...answer, title: 'It did not work', detail: `The server answered with ${status}. Try again later.`});
  }
}

/** In this page's memory and nowhere else. */
let key = '';

export function useKey(text) {
  key = text.trim();
}

function authorization() {
  return key ? {Authorization: `Bearer ${key}`} : {};
}

/** What `GET /models` tells. */
export async function readModels() {
  let answer;
  try {
    answer = await fetch('models', {headers: authorization(), cache: 'no-store'});
  } catch {
    throw Problem.unreachable();
  }
  if (!answer.ok) throw Problem.from(answer.status, await answer.text(), answer.headers.get('Retry-After'));
  return answer.json();
}

/**
 * Posts a picture to `/translate`.
 *
 * It is a request of the old kind, for the new one does not tell how much has been sent.
 *
 * @param {Blob} file
 * @param {Record<string, string>} parameters of the query.
 * @param {{as?: XMLHttpRequestResponseType, signal?: AbortSignal, sent?: (share: number) => void}} options
 * @returns {Promise<any>} the body of the answer, of the type that `as` says.
 */
export function translate(file, parameters, {as = 'json', signal, sent} = {}) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', `translate?${new URLSearchParams(parameters)}`);
    for (const [name, value] of Object.entries(authorization())) request.setRequestHeader(name, value);
    // What a file is called is a browser's guess; what it is, the service sees.
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.responseType = 'blob';
    if (sent) {
      request.upload.onprogress = (event) => sent(event.lengthComputable ? event.loaded / event.total : 0);
      request.upload.onload = () => sent(1);
    }
    request.onerror = () => reject(Problem.unreachable());
    request.onabort = () => reject(signal?.reason);
    request.onload = async () => {
      const {status, response} = request;
      if (status !== 200) {
        reject(Problem.from(status, await response.text(), request.getResponseHeader('Retry-After')));
      } else {
        resolve(as === 'json' ? JSON.parse(await response.text()) : response);
      }
    };
    signal?.addEventListener('abort', () => request.abort(), {once: true});
    request.send(file);
  });
}

/** A picture of a JSON answer as a file. */
export function fileOf(picture) {
  const bytes = Uint8Array.from(atob(picture.data), (character) => character.charCodeAt(0));
  return new Blob([bytes], {type: picture.content_type});
}
