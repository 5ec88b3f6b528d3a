-- What a merge does with what later rooms keep of persons.
--
-- A consent is its giver's word and never changed: it stays, and is given anew. A block holds against
-- whoever was named, so it follows that person, whose column references nobody by design.

INSERT INTO linli.person_reference (table_name, column_name, treatment) VALUES
    ('access_request', 'about_id', 'move'), ('access_request', 'asked_by', 'stay'),
    ('access_request', 'decided_by', 'stay'), ('access_request', 'ended_by', 'stay'),
    ('age', 'person_id', 'move'),
    ('block', 'blocker_id', 'move'), ('block', 'other_id', 'move'),
    ('child_day', 'child_id', 'move'), ('child_day', 'set_by', 'stay'),
    ('child_home', 'child_id', 'move'), ('child_home', 'set_by', 'stay'),
    ('consent', 'about_id', 'stay'), ('consent', 'giver_id', 'stay'),
    ('consent', 'subject_id', 'stay'), ('consent', 'withdrawn_by', 'stay'),
    ('delegation', 'ended_by', 'stay'),
    ('delegation_request', 'beneficiary_id', 'move'),
    ('delegation_request', 'decided_by', 'stay'), ('delegation_request', 'doer_id', 'move'),
    ('family_objection', 'child_id', 'move'), ('family_objection', 'decided_by', 'stay'),
    ('family_objection', 'objected_by', 'stay'),
    ('guardianship', 'child_id', 'move'), ('guardianship', 'ended_by', 'stay'),
    ('guardianship', 'guardian_id', 'move'), ('guardianship', 'recorded_by', 'stay'),
    ('kept_place', 'child_id', 'move'),
    ('moderation', 'author_id', 'move'), ('moderation_decision', 'decided_by', 'stay'),
    ('protection', 'ended_by', 'stay'), ('protection', 'other_id', 'move'),
    ('protection', 'protected_id', 'move'), ('protection', 'set_by', 'stay'),
    ('record_read', 'about_id', 'move'), ('record_read', 'reader_id', 'stay'),
    ('record_watcher', 'person_id', 'move'), ('record_watcher', 'watcher_id', 'move'),
    ('release_code', 'person_id', 'move'), ('report', 'reporter_id', 'move'),
    ('vetting', 'person_id', 'move'), ('vetting', 'vetted_by', 'stay'),
    ('vetting', 'withdrawn_by', 'stay');

-- A code to fetch a child follows the child's place.
ALTER TABLE linli.release_code DROP CONSTRAINT release_code_member;
ALTER TABLE linli.release_code ADD CONSTRAINT release_code_member
    FOREIGN KEY (estate_id, reservation_id, child_id)
    REFERENCES linli.reservation_member (estate_id, reservation_id, person_id) ON UPDATE CASCADE;
