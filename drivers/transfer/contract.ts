/** How the data channel is spoken. The data is encrypted before either. Pure. Names: `https`, `http`. */
export interface TransferDriver {
  readonly name: string;
  readonly scheme: 'https' | 'http';
  readonly defaultPort: number;
}
