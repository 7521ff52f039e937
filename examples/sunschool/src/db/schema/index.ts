export * from './audit';
export * from './lessons';
export * from './media';
export * from './progress';
export * from './stats';
export * from './users';
