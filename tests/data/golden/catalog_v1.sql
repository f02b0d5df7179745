-- A catalog of the tables' first version: a machine, and one that is being deleted.
CREATE TABLE machine(
  arn TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  type INTEGER NOT NULL,
  status INTEGER NOT NULL,
  definition_hash TEXT NOT NULL,
  role_arn TEXT NOT NULL,
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  revision_id TEXT NOT NULL,
  logging TEXT NOT NULL,
  tracing TEXT NOT NULL,
  encryption TEXT NOT NULL,
  tags TEXT NOT NULL);
CREATE INDEX machine_created ON machine(created, arn);
CREATE INDEX machine_deleting ON machine(arn) WHERE status = 2;
CREATE TABLE definition(hash TEXT PRIMARY KEY, text TEXT NOT NULL);
INSERT INTO component VALUES('catalog', 1);
INSERT INTO definition VALUES('5f0d', '{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}');
INSERT INTO machine VALUES('arn:aws:states:us-east-1:123456789012:stateMachine:old', 'old', 1, 1, '5f0d',
  'arn:aws:iam::123456789012:role/r', 1700000000000, 1700000000001, '3d1f4b1e-0c55-4d8e-9d6a-0c3d5a5e2f11',
  '{"level":"OFF"}', 'null', 'null', '[{"key":"k","value":"v"}]');
INSERT INTO machine VALUES('arn:aws:states:us-east-1:123456789012:stateMachine:going', 'going', 2, 2, '5f0d',
  'arn:aws:iam::123456789012:role/r', 1700000000000, 1700000000000, '', 'null', 'null', 'null', 'null');
