export const LOOKS = [];
export const lookPage = () => ({});
