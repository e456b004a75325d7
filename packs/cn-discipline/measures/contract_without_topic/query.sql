-- Contracts at or above the line that no carried topic before the signing names.
SELECT
    contracts.row_id, contracts.unit, contracts.contract_no, coalesce(contracts.supplier, '–') AS supplier,
    contracts.currency, contracts.signed_date, CAST($line AS DECIMAL(19, 4)) AS line, contracts.amount AS value
FROM contracts
WHERE contracts.amount >= $line
    AND NOT EXISTS (
        SELECT 1
        FROM meeting_topics
        WHERE meeting_topics.unit = contracts.unit
            AND (
                meeting_topics.contract_no = contracts.contract_no
                OR meeting_topics.project_no = contracts.project_no
            )
            AND meeting_topics.meeting_date <= contracts.signed_date
            AND NOT (
                coalesce(meeting_topics.outcome, '') LIKE '%未通过%'
                OR coalesce(meeting_topics.outcome, '') LIKE '%暂缓%'
                OR lower(coalesce(meeting_topics.outcome, '')) LIKE 'not %'
            )
    )
ORDER BY contracts.unit, contracts.contract_no, contracts.row_id
