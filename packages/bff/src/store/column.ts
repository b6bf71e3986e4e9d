import type { Generated } from "kysely";

/**
 * Type of a column. `T` is the TypeScript type of its values. The member `of` only carries this type and never
 * has a value.
 */
export interface Type<T> {
  readonly sql: "text" | "integer";
  readonly nullable: boolean;
  /** Encoding of a text: encrypted by the number cipher, or JSON. */
  readonly written?: "encrypted" | "json";
  readonly of?: T;
}

export const text = <T extends string = string>(): Type<T> => ({ sql: "text", nullable: false });
export const integer = (): Type<number> => ({ sql: "integer", nullable: false });
/** Column that the database fills with consecutive numbers. */
export const serial = (): Type<Generated<number>> => ({ sql: "integer", nullable: false });
export const encrypted = (): Type<string> => ({ ...text(), written: "encrypted" });
export const json = (): Type<string> => ({ ...text(), written: "json" });
export const orNull = <T>(type: Type<T>): Type<T | null> => ({ ...type, nullable: true });

/** Reason why erasure leaves a column as it is. */
export interface Stays {
  readonly stays: string;
}

export const stays = (why: string): Stays => ({ stays: why });

/** The two sides of a call. The owner of a number who requests an export is on one of them. */
export type Side = "visitor" | "office";

/** Column of a table whose rows erasure deletes. */
export interface DeletedColumn {
  readonly type: Type<unknown>;
  /**
   * Name of the column in the export, either for both sides of the call or for one side. A name `group.name`
   * becomes the member `name` of an object `group`.
   */
  readonly export: string | Readonly<Partial<Record<Side, string>>> | false;
}

/** Column of a table whose rows belong to a call. */
export interface PartColumn extends DeletedColumn {
  /** The value that erasure writes into the column, or why the column stays as it is. */
  readonly erase: null | string | Stays;
}

export interface CallColumn extends PartColumn {
  /**
   * The field of the request that becomes part of the request's fingerprint. With `given`, only whether the
   * field is present becomes part of it.
   */
  readonly fingerprint: string | { readonly given: string } | false;
}

/** Type of a table's rows, derived from the list of its columns. */
export type RowOf<Columns> = {
  -readonly [Name in keyof Columns]: Columns[Name] extends { type: Type<infer T> } ? T : never;
};
