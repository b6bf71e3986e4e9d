import type { Generated } from "kysely";

/** A type of column. `T` is that of its values in TypeScript; no value of it is kept here. */
export interface Type<T> {
  readonly sql: "text" | "integer";
  readonly nullable: boolean;
  /** What a text is written as: by the number cipher, or as JSON. */
  readonly written?: "encrypted" | "json";
  readonly of?: T;
}

export const text = <T extends string = string>(): Type<T> => ({ sql: "text", nullable: false });
export const integer = (): Type<number> => ({ sql: "integer", nullable: false });
/** Numbered by the database. */
export const serial = (): Type<Generated<number>> => ({ sql: "integer", nullable: false });
export const encrypted = (): Type<string> => ({ ...text(), written: "encrypted" });
export const json = (): Type<string> => ({ ...text(), written: "json" });
export const orNull = <T>(type: Type<T>): Type<T | null> => ({ ...type, nullable: true });

/** Why erasure leaves a column as it is. */
export interface Stays {
  readonly stays: string;
}

export const stays = (why: string): Stays => ({ stays: why });

/** The two sides of a call: who asks for a record of a number, has it on one of them. */
export type Side = "visitor" | "office";

/** A column of a row that erasure deletes. */
export interface DeletedColumn {
  readonly type: Type<unknown>;
  /** Its name in the export, on both sides of the call or on one; `group.name` goes into an object. */
  readonly export: string | Readonly<Partial<Record<Side, string>>> | false;
}

/** A column of what belongs to a call. */
export interface PartColumn extends DeletedColumn {
  /** What erasure writes into it. */
  readonly erase: null | string | Stays;
}

export interface CallColumn extends PartColumn {
  /** The field of the request that is part of its fingerprint; `given`: only whether there is any. */
  readonly fingerprint: string | { readonly given: string } | false;
}

/** The type of a table's rows, by the list of its columns. */
export type RowOf<Columns> = {
  -readonly [Name in keyof Columns]: Columns[Name] extends { type: Type<infer T> } ? T : never;
};
