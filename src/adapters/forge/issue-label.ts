/** The label of issues that we open: by it we find them again without reading all issues of a large project. */
export const issueLabel = 'lockkeeper';
