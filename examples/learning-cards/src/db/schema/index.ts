export * from './audit';
export * from './decks';
export * from './lessons';
export * from './relations';
export * from './users';
