"""Tables of the first journey: agencies to case summaries, and the audit.

Revision ID: 0001
Revises: 
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

JSON = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('address',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('match_key', sa.String(length=120), nullable=False),
    sa.Column('lines', JSON, nullable=False),
    sa.Column('postcode', sa.String(length=10), nullable=True),
    sa.Column('uprn', sa.String(length=12), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_address')),
    sa.UniqueConstraint('match_key', name=op.f('uq_address_match_key'))
    )
    op.create_table('agency',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('sector', sa.String(length=40), nullable=False),
    sa.Column('source_code', sa.String(length=4), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agency')),
    sa.UniqueConstraint('slug', name=op.f('uq_agency_slug'))
    )
    op.create_table('audit_event',
    sa.Column('seq', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.Uuid(), nullable=True),
    sa.Column('actor_role', sa.String(length=40), nullable=False),
    sa.Column('agency_id', sa.Uuid(), nullable=True),
    sa.Column('action', sa.String(length=60), nullable=False),
    sa.Column('subject_kind', sa.String(length=40), nullable=True),
    sa.Column('subject_id', sa.String(length=64), nullable=True),
    sa.Column('details', JSON, nullable=False),
    sa.Column('request_id', sa.String(length=32), nullable=True),
    sa.Column('mac', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_audit_event'))
    )
    op.create_index(op.f('ix_audit_event_actor_id_seq'), 'audit_event', ['actor_id', 'seq'], unique=False)
    op.create_index(op.f('ix_audit_event_subject_kind_subject_id'), 'audit_event', ['subject_kind', 'subject_id'], unique=False)

    op.create_table('deployment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('data', sa.String(length=10), nullable=False),
    sa.Column('marked_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("data IN ('synthetic', 'real')", name=op.f('ck_deployment_known_data')),
    sa.CheckConstraint('id = 1', name=op.f('ck_deployment_one_row')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deployment'))
    )
    op.create_table('person',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person'))
    )
    op.create_table('sign_in_attempt',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('key_sha256', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_attempt'))
    )
    op.create_index(op.f('ix_sign_in_attempt_key_sha256_at'), 'sign_in_attempt', ['key_sha256', 'at'], unique=False)

    op.create_table('account',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('agency_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('job_title', sa.String(length=120), nullable=False),
    sa.Column('phone', sa.String(length=40), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('password_hash', sa.String(length=200), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("role IN ('referrer', 'agency_lead', 'screener', 'manager', 'auditor')", name=op.f('ck_account_known_role')),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_account_agency_id_agency')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account')),
    sa.UniqueConstraint('email', name=op.f('uq_account_email'))
    )
    op.create_index(op.f('ix_account_agency_id'), 'account', ['agency_id'], unique=False)

    op.create_table('flag',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('signal', sa.String(length=6), nullable=False),
    sa.Column('severity', sa.String(length=6), nullable=False),
    sa.Column('sentence', sa.Text(), nullable=False),
    sa.Column('clears', sa.Text(), nullable=False),
    sa.Column('policy_version', sa.String(length=40), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('raised_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('status', sa.String(length=10), nullable=False),
    sa.Column('status_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('outcome', sa.String(length=20), nullable=True),
    sa.Column('outcome_reason', sa.Text(), nullable=True),
    sa.Column('reviewed_by', sa.Uuid(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("severity IN ('INFO', 'AMBER', 'RED')", name=op.f('ck_flag_known_severity')),
    sa.CheckConstraint("status IN ('open', 'reviewed', 'renewed', 'withdrawn')", name=op.f('ck_flag_known_status')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_flag_person_id_person')),
    sa.ForeignKeyConstraint(['reviewed_by'], ['account.id'], name=op.f('fk_flag_reviewed_by_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_flag'))
    )
    op.create_index(op.f('ix_flag_person_id_status'), 'flag', ['person_id', 'status'], unique=False)
    op.create_index(op.f('uq_flag_open'), 'flag', ['person_id', 'signal'], unique=True, sqlite_where=sa.text("status = 'open'"), postgresql_where=sa.text("status = 'open'"))

    op.create_table('referral',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('reference', sa.String(length=12), nullable=True),
    sa.Column('agency_id', sa.Uuid(), nullable=False),
    sa.Column('created_by', sa.Uuid(), nullable=True),
    sa.Column('status', sa.String(length=10), nullable=False),
    sa.Column('channel', sa.String(length=10), nullable=False),
    sa.Column('source_code', sa.String(length=4), nullable=False),
    sa.Column('client_reference', sa.String(length=80), nullable=True),
    sa.Column('document', JSON, nullable=False),
    sa.Column('document_sha256', sa.String(length=64), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('response_due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("channel IN ('portal', 'import')", name=op.f('ck_referral_known_channel')),
    sa.CheckConstraint("status = 'draft' OR (reference IS NOT NULL AND submitted_at IS NOT NULL AND response_due_at IS NOT NULL AND document_sha256 IS NOT NULL)", name=op.f('ck_referral_submitted_whole')),
    sa.CheckConstraint("status IN ('draft', 'submitted')", name=op.f('ck_referral_known_status')),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_referral_agency_id_agency')),
    sa.ForeignKeyConstraint(['created_by'], ['account.id'], name=op.f('fk_referral_created_by_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_referral')),
    sa.UniqueConstraint('reference', name=op.f('uq_referral_reference'))
    )
    op.create_index(op.f('ix_referral_agency_id_client_reference'), 'referral', ['agency_id', 'client_reference'], unique=True)
    op.create_index(op.f('ix_referral_agency_id_status_submitted_at'), 'referral', ['agency_id', 'status', 'submitted_at'], unique=False)
    op.create_index(op.f('ix_referral_created_by_status'), 'referral', ['created_by', 'status'], unique=False)
    op.create_index(op.f('ix_referral_status_response_due_at'), 'referral', ['status', 'response_due_at'], unique=False)

    op.create_table('sign_in_session',
    sa.Column('token_sha256', sa.String(length=64), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_sign_in_session_account_id_account')),
    sa.PrimaryKeyConstraint('token_sha256', name=op.f('pk_sign_in_session'))
    )
    op.create_index(op.f('ix_sign_in_session_account_id'), 'sign_in_session', ['account_id'], unique=False)

    op.create_table('case_summary',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('referral_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('content', JSON, nullable=False),
    sa.Column('content_sha256', sa.String(length=64), nullable=False),
    sa.Column('made_by', sa.Uuid(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['made_by'], ['account.id'], name=op.f('fk_case_summary_made_by_account')),
    sa.ForeignKeyConstraint(['referral_id'], ['referral.id'], name=op.f('fk_case_summary_referral_id_referral')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_summary'))
    )
    op.create_index(op.f('ix_case_summary_referral_id_number'), 'case_summary', ['referral_id', 'number'], unique=True)

    op.create_table('decision',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('referral_id', sa.Uuid(), nullable=False),
    sa.Column('outcome', sa.String(length=40), nullable=False),
    sa.Column('rationale', sa.Text(), nullable=False),
    sa.Column('override_reason', sa.Text(), nullable=True),
    sa.Column('feedback', sa.Text(), nullable=True),
    sa.Column('feedback_withheld_reason', sa.Text(), nullable=True),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_decision_account_id_account')),
    sa.ForeignKeyConstraint(['referral_id'], ['referral.id'], name=op.f('fk_decision_referral_id_referral')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_decision'))
    )
    op.create_index(op.f('ix_decision_referral_id_at'), 'decision', ['referral_id', 'at'], unique=False)

    op.create_table('episode',
    sa.Column('referral_id', sa.Uuid(), nullable=False),
    sa.Column('stage', sa.String(length=10), nullable=False),
    sa.Column('rating', sa.String(length=6), nullable=True),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("rating IN ('RED', 'AMBER', 'GREEN')", name=op.f('ck_episode_known_rating')),
    sa.CheckConstraint("stage IN ('RECEIVED', 'SCREENED', 'DECIDED')", name=op.f('ck_episode_known_stage')),
    sa.ForeignKeyConstraint(['referral_id'], ['referral.id'], name=op.f('fk_episode_referral_id_referral')),
    sa.PrimaryKeyConstraint('referral_id', name=op.f('pk_episode'))
    )
    op.create_index(op.f('ix_episode_stage_due_at'), 'episode', ['stage', 'due_at'], unique=False)

    op.create_table('flag_evidence',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('flag_id', sa.Uuid(), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('evidence_id', sa.String(length=64), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['flag_id'], ['flag.id'], name=op.f('fk_flag_evidence_flag_id_flag')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_flag_evidence'))
    )
    op.create_index(op.f('ix_flag_evidence_evidence_id'), 'flag_evidence', ['evidence_id'], unique=False)
    op.create_index(op.f('ix_flag_evidence_flag_id'), 'flag_evidence', ['flag_id'], unique=False)

    op.create_table('rating',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('referral_id', sa.Uuid(), nullable=False),
    sa.Column('rating', sa.String(length=6), nullable=False),
    sa.Column('rationale', sa.Text(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('clock_version', sa.String(length=40), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("rating IN ('RED', 'AMBER', 'GREEN')", name=op.f('ck_rating_known_rating')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_rating_account_id_account')),
    sa.ForeignKeyConstraint(['referral_id'], ['referral.id'], name=op.f('fk_rating_referral_id_referral')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rating'))
    )
    op.create_index(op.f('ix_rating_referral_id_at'), 'rating', ['referral_id', 'at'], unique=False)

    op.create_table('source_record',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('referral_id', sa.Uuid(), nullable=True),
    sa.Column('document_key', sa.String(length=20), nullable=True),
    sa.Column('origin', sa.String(length=20), nullable=False),
    sa.Column('agency_id', sa.Uuid(), nullable=False),
    sa.Column('role', sa.String(length=10), nullable=False),
    sa.Column('given_names', sa.String(length=120), nullable=True),
    sa.Column('surname', sa.String(length=120), nullable=True),
    sa.Column('known_as', sa.String(length=120), nullable=True),
    sa.Column('birth_date', sa.Date(), nullable=True),
    sa.Column('expected_date', sa.Date(), nullable=True),
    sa.Column('estimated_age', sa.Integer(), nullable=True),
    sa.Column('sex', sa.String(length=1), nullable=True),
    sa.Column('nhs_number', sa.String(length=20), nullable=True),
    sa.Column('upn', sa.String(length=20), nullable=True),
    sa.Column('ethnicity', sa.String(length=4), nullable=True),
    sa.Column('phone', sa.String(length=40), nullable=True),
    sa.Column('address_lines', JSON, nullable=False),
    sa.Column('postcode', sa.String(length=10), nullable=True),
    sa.Column('uprn', sa.String(length=12), nullable=True),
    sa.Column('family', JSON, nullable=False),
    sa.Column('other', JSON, nullable=False),
    sa.Column('stated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("role IN ('subject', 'child', 'adult')", name=op.f('ck_source_record_known_role')),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_source_record_agency_id_agency')),
    sa.ForeignKeyConstraint(['referral_id'], ['referral.id'], name=op.f('fk_source_record_referral_id_referral')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_source_record'))
    )
    op.create_index(op.f('ix_source_record_referral_id_document_key'), 'source_record', ['referral_id', 'document_key'], unique=True)

    op.create_table('case_event',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('source_record_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('known_on', sa.Date(), nullable=False),
    sa.Column('happened_on', sa.Date(), nullable=True),
    sa.Column('agency_id', sa.Uuid(), nullable=False),
    sa.Column('source_code', sa.String(length=4), nullable=False),
    sa.Column('categories', JSON, nullable=False),
    sa.Column('referral_id', sa.Uuid(), nullable=True),
    sa.Column('reference', sa.String(length=12), nullable=True),
    sa.Column('outcome', sa.String(length=40), nullable=True),
    sa.Column('closes', sa.Boolean(), nullable=False),
    sa.Column('summary', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('inbound_concern', 'professional_observation', 'decision_or_activity')", name=op.f('ck_case_event_known_kind')),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_case_event_agency_id_agency')),
    sa.ForeignKeyConstraint(['referral_id'], ['referral.id'], name=op.f('fk_case_event_referral_id_referral')),
    sa.ForeignKeyConstraint(['source_record_id'], ['source_record.id'], name=op.f('fk_case_event_source_record_id_source_record')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_event'))
    )
    op.create_index(op.f('ix_case_event_referral_id'), 'case_event', ['referral_id'], unique=False)
    op.create_index(op.f('ix_case_event_source_record_id_known_on'), 'case_event', ['source_record_id', 'known_on'], unique=False)

    op.create_table('child_decision',
    sa.Column('decision_id', sa.Uuid(), nullable=False),
    sa.Column('source_record_id', sa.Uuid(), nullable=False),
    sa.Column('superseded', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['decision_id'], ['decision.id'], name=op.f('fk_child_decision_decision_id_decision')),
    sa.ForeignKeyConstraint(['source_record_id'], ['source_record.id'], name=op.f('fk_child_decision_source_record_id_source_record')),
    sa.PrimaryKeyConstraint('decision_id', 'source_record_id', name=op.f('pk_child_decision'))
    )
    op.create_index(op.f('uq_child_decision_current'), 'child_decision', ['source_record_id'], unique=True, sqlite_where=sa.text('NOT superseded'), postgresql_where=sa.text('NOT superseded'))

    op.create_table('match_key',
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('source_record_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['source_record_id'], ['source_record.id'], name=op.f('fk_match_key_source_record_id_source_record')),
    sa.PrimaryKeyConstraint('key', 'source_record_id', name=op.f('pk_match_key'))
    )
    op.create_table('match_proposal',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('source_record_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('band', sa.String(length=10), nullable=False),
    sa.Column('probability', sa.Float(), nullable=False),
    sa.Column('weight', sa.Float(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('lines', JSON, nullable=False),
    sa.Column('matcher_version', sa.String(length=40), nullable=False),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_match_proposal_person_id_person')),
    sa.ForeignKeyConstraint(['source_record_id'], ['source_record.id'], name=op.f('fk_match_proposal_source_record_id_source_record')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_match_proposal'))
    )
    op.create_index(op.f('ix_match_proposal_person_id'), 'match_proposal', ['person_id'], unique=False)
    op.create_index(op.f('ix_match_proposal_source_record_id_person_id'), 'match_proposal', ['source_record_id', 'person_id'], unique=True)

    op.create_table('match_verdict',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('source_record_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('verdict', sa.String(length=10), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("verdict IN ('same', 'different', 'unsure')", name=op.f('ck_match_verdict_known_verdict')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_match_verdict_account_id_account')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_match_verdict_person_id_person')),
    sa.ForeignKeyConstraint(['source_record_id'], ['source_record.id'], name=op.f('fk_match_verdict_source_record_id_source_record')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_match_verdict'))
    )
    op.create_index(op.f('ix_match_verdict_source_record_id_person_id_at'), 'match_verdict', ['source_record_id', 'person_id', 'at'], unique=False)

    op.create_table('person_link',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('source_record_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('made_by', sa.String(length=10), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('band', sa.String(length=10), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('lines', JSON, nullable=False),
    sa.Column('matcher_version', sa.String(length=40), nullable=True),
    sa.Column('superseded_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_person_link_account_id_account')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_person_link_person_id_person')),
    sa.ForeignKeyConstraint(['source_record_id'], ['source_record.id'], name=op.f('fk_person_link_source_record_id_source_record')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person_link'))
    )
    op.create_index(op.f('ix_person_link_person_id_superseded_at'), 'person_link', ['person_id', 'superseded_at'], unique=False)
    op.create_index(op.f('uq_person_link_current'), 'person_link', ['source_record_id'], unique=True, sqlite_where=sa.text('superseded_at IS NULL'), postgresql_where=sa.text('superseded_at IS NULL'))

    op.create_table('relationship',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('from_record_id', sa.Uuid(), nullable=False),
    sa.Column('to_record_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('parental_responsibility', sa.String(length=10), nullable=False),
    sa.Column('lives_with', sa.String(length=10), nullable=False),
    sa.Column('since', sa.Date(), nullable=True),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('referral_id', sa.Uuid(), nullable=True),
    sa.Column('agency_id', sa.Uuid(), nullable=False),
    sa.Column('stated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('from_record_id <> to_record_id', name=op.f('ck_relationship_two_people')),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_relationship_agency_id_agency')),
    sa.ForeignKeyConstraint(['from_record_id'], ['source_record.id'], name=op.f('fk_relationship_from_record_id_source_record')),
    sa.ForeignKeyConstraint(['referral_id'], ['referral.id'], name=op.f('fk_relationship_referral_id_referral')),
    sa.ForeignKeyConstraint(['to_record_id'], ['source_record.id'], name=op.f('fk_relationship_to_record_id_source_record')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_relationship'))
    )
    op.create_index(op.f('ix_relationship_from_record_id'), 'relationship', ['from_record_id'], unique=False)
    op.create_index(op.f('ix_relationship_to_record_id'), 'relationship', ['to_record_id'], unique=False)

    op.create_table('residence',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('source_record_id', sa.Uuid(), nullable=False),
    sa.Column('address_id', sa.Uuid(), nullable=False),
    sa.Column('since', sa.Date(), nullable=True),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('agency_id', sa.Uuid(), nullable=False),
    sa.Column('stated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['address_id'], ['address.id'], name=op.f('fk_residence_address_id_address')),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_residence_agency_id_agency')),
    sa.ForeignKeyConstraint(['source_record_id'], ['source_record.id'], name=op.f('fk_residence_source_record_id_source_record')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_residence'))
    )
    op.create_index(op.f('ix_residence_address_id'), 'residence', ['address_id'], unique=False)
    op.create_index(op.f('ix_residence_source_record_id'), 'residence', ['source_record_id'], unique=False)



def downgrade() -> None:
    op.drop_index(op.f('ix_residence_source_record_id'), table_name='residence')
    op.drop_index(op.f('ix_residence_address_id'), table_name='residence')

    op.drop_table('residence')
    op.drop_index(op.f('ix_relationship_to_record_id'), table_name='relationship')
    op.drop_index(op.f('ix_relationship_from_record_id'), table_name='relationship')

    op.drop_table('relationship')
    op.drop_index(op.f('uq_person_link_current'), table_name='person_link', sqlite_where=sa.text('superseded_at IS NULL'), postgresql_where=sa.text('superseded_at IS NULL'))
    op.drop_index(op.f('ix_person_link_person_id_superseded_at'), table_name='person_link')

    op.drop_table('person_link')
    op.drop_index(op.f('ix_match_verdict_source_record_id_person_id_at'), table_name='match_verdict')

    op.drop_table('match_verdict')
    op.drop_index(op.f('ix_match_proposal_source_record_id_person_id'), table_name='match_proposal')
    op.drop_index(op.f('ix_match_proposal_person_id'), table_name='match_proposal')

    op.drop_table('match_proposal')
    op.drop_table('match_key')
    op.drop_index(op.f('uq_child_decision_current'), table_name='child_decision', sqlite_where=sa.text('NOT superseded'), postgresql_where=sa.text('NOT superseded'))

    op.drop_table('child_decision')
    op.drop_index(op.f('ix_case_event_source_record_id_known_on'), table_name='case_event')
    op.drop_index(op.f('ix_case_event_referral_id'), table_name='case_event')

    op.drop_table('case_event')
    op.drop_index(op.f('ix_source_record_referral_id_document_key'), table_name='source_record')

    op.drop_table('source_record')
    op.drop_index(op.f('ix_rating_referral_id_at'), table_name='rating')

    op.drop_table('rating')
    op.drop_index(op.f('ix_flag_evidence_flag_id'), table_name='flag_evidence')
    op.drop_index(op.f('ix_flag_evidence_evidence_id'), table_name='flag_evidence')

    op.drop_table('flag_evidence')
    op.drop_index(op.f('ix_episode_stage_due_at'), table_name='episode')

    op.drop_table('episode')
    op.drop_index(op.f('ix_decision_referral_id_at'), table_name='decision')

    op.drop_table('decision')
    op.drop_index(op.f('ix_case_summary_referral_id_number'), table_name='case_summary')

    op.drop_table('case_summary')
    op.drop_index(op.f('ix_sign_in_session_account_id'), table_name='sign_in_session')

    op.drop_table('sign_in_session')
    op.drop_index(op.f('ix_referral_status_response_due_at'), table_name='referral')
    op.drop_index(op.f('ix_referral_created_by_status'), table_name='referral')
    op.drop_index(op.f('ix_referral_agency_id_status_submitted_at'), table_name='referral')
    op.drop_index(op.f('ix_referral_agency_id_client_reference'), table_name='referral')

    op.drop_table('referral')
    op.drop_index(op.f('uq_flag_open'), table_name='flag', sqlite_where=sa.text("status = 'open'"), postgresql_where=sa.text("status = 'open'"))
    op.drop_index(op.f('ix_flag_person_id_status'), table_name='flag')

    op.drop_table('flag')
    op.drop_index(op.f('ix_account_agency_id'), table_name='account')

    op.drop_table('account')
    op.drop_index(op.f('ix_sign_in_attempt_key_sha256_at'), table_name='sign_in_attempt')

    op.drop_table('sign_in_attempt')
    op.drop_table('person')
    op.drop_table('deployment')
    op.drop_index(op.f('ix_audit_event_subject_kind_subject_id'), table_name='audit_event')
    op.drop_index(op.f('ix_audit_event_actor_id_seq'), table_name='audit_event')

    op.drop_table('audit_event')
    op.drop_table('agency')
    op.drop_table('address')
