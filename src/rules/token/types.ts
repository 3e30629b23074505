/** What a request is signed with. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Temporary credentials have one; it goes along with every request. */
  readonly sessionToken?: string;
}

/** Where STS is asked, and what its signatures are made for. */
export interface StsEndpoint {
  /** `https://sts.eu-west-1.amazonaws.com`; a path is kept, a query is not. */
  readonly url: string;
  /** The region in the credential scope: `us-east-1` for the global endpoint. */
  readonly signingRegion: string;
}
