import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { IdSource } from '../../../base/ids.ts';
import { OssError } from '../errors.ts';
import type { BucketFiles } from './files.ts';
import { type Piece, pieceShape, type Received } from './stored-object.ts';

const uploadShape = z.object({
  id: z.string(),
  key: z.string(),
  /** Milliseconds since the epoch. */
  initiatedAt: z.number(),
  /** Headers the finished object is to have. */
  headers: z.record(z.string(), z.string()),
});
const partShape = z.object({
  number: z.number(),
  piece: pieceShape,
  /** Upper-case hexadecimal MD5. */
  etag: z.string(),
  /** Decimal. */
  crc64: z.string(),
  modifiedAt: z.number(),
});
export type Upload = z.infer<typeof uploadShape>;
export type Part = z.infer<typeof partShape>;

interface Open {
  readonly upload: Upload;
  readonly parts: Map<number, Part>;
}

/** Multipart uploads that are under way in one bucket. Their parts lie where objects' content lies, so that completing moves no bytes. */
export class Uploads {
  readonly #files: BucketFiles;
  readonly #open = new Map<string, Open>();

  constructor(files: BucketFiles) {
    this.#files = files;
  }

  /** Reads what is under way from disk. An upload whose parts became an object already is over, whatever its record says. */
  async load(published: ReadonlySet<string>): Promise<void> {
    const files = await this.#files.list('uploads');
    const named = files.map((file) => ({
      file,
      id: file.split('/')[1] ?? '',
      isUpload: file.endsWith('/upload.json'),
    }));
    for (const { file, id, isUpload } of named) {
      if (isUpload) this.#open.set(id, { upload: uploadShape.parse(this.#files.readRecord(file)), parts: new Map() });
    }
    for (const { file, id, isUpload } of named) {
      if (isUpload) continue;
      const part = partShape.parse(this.#files.readRecord(file));
      this.#open.get(id)?.parts.set(part.number, part);
    }
    for (const [id, { parts }] of this.#open) {
      if ([...parts.values()].some((part) => published.has(part.piece.file))) this.#forget(id);
    }
  }

  get size(): number {
    return this.#open.size;
  }

  /** Ascending by key and then by id. */
  all(): readonly Upload[] {
    const place = ({ key, id }: Upload) => `${key}\0${id}`;
    return [...this.#open.values()].map(({ upload }) => upload).sort((a, b) => (place(a) < place(b) ? -1 : 1));
  }

  begin(options: Omit<Upload, 'id'>, ids: IdSource): Upload {
    const upload = { id: ids.bytes(16).toString('hex').toUpperCase(), ...options };
    this.#files.writeRecord(join('uploads', upload.id, 'upload.json'), upload);
    this.#open.set(upload.id, { upload, parts: new Map() });
    return upload;
  }

  /** Throws NoSuchUpload, also when the upload is one of another key. */
  require(id: string, key: string): { readonly upload: Upload; readonly parts: ReadonlyMap<number, Part> } {
    const open = this.#open.get(id);
    if (!open || open.upload.key !== key) throw new OssError('NoSuchUpload', { UploadId: id });
    return open;
  }

  /** Puts a part in the place of an earlier one of its number, whose content is given back to be removed. */
  put(id: string, key: string, number: number, received: Received, modifiedAt: number): Piece | undefined {
    this.require(id, key);
    const parts = this.#open.get(id)?.parts;
    const before = parts?.get(number)?.piece;
    const { file, size, md5, crc64 } = received;
    const part: Part = { number, piece: { file, size }, etag: md5, crc64: String(crc64), modifiedAt };
    this.#files.writeRecord(join('uploads', id, `${number}.json`), part);
    parts?.set(number, part);
    return before;
  }

  /** Every file that holds a part. */
  files(): readonly string[] {
    return [...this.#open.values()].flatMap(({ parts }) => [...parts.values()].map((part) => part.piece.file));
  }

  /** Ends an upload and gives back all its parts' content. */
  end(id: string): readonly Piece[] {
    const pieces = [...(this.#open.get(id)?.parts.values() ?? [])].map((part) => part.piece);
    this.#forget(id);
    return pieces;
  }

  #forget(id: string): void {
    this.#open.delete(id);
    rmSync(join(this.#files.directory, 'uploads', id), { recursive: true, force: true });
  }
}
