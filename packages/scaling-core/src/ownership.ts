/** What says which machines of the account are clones of this pool. */
export interface Ownership {
  readonly namePrefix: string;
  /** The machines that Pulumi made, the seed among them. */
  readonly protectedVmUuids: readonly string[];
}

export interface NamedVm {
  readonly uuid: string;
  readonly name: string;
}

/** `<prefix>-c-<suffix>`; a suffix has at least six lower-case letters or digits. */
export function cloneName({ namePrefix }: Ownership, suffix: string): string {
  return `${namePrefix}-c-${suffix}`;
}

/** True only for a machine that the scaler itself may have made. */
export function isOwnClone(vm: NamedVm, ownership: Ownership): boolean {
  const start = `${ownership.namePrefix}-c-`;
  return (
    vm.name.startsWith(start) &&
    /^[a-z0-9]{6,}$/.test(vm.name.slice(start.length)) &&
    !ownership.protectedVmUuids.includes(vm.uuid)
  );
}
