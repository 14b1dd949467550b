-- Events bear the words of wire/answers.py; the sentence for a person is made of them.
UPDATE event SET what = CASE what
    WHEN 'confirmed' THEN 'acknowledge'
    WHEN 'on scene' THEN 'on-scene'
    WHEN 'all clear' THEN 'all-clear'
    WHEN 'cancelled' THEN 'cancel'
    WHEN 'closed' THEN 'close'
    WHEN 'live link withdrawn' THEN 'withdraw-link'
    WHEN 'looked at pictures' THEN 'view'
    WHEN 'exported' THEN 'export'
    WHEN 'tested a camera' THEN 'test-camera'
    WHEN 'tried the lines' THEN 'test-receivers'
    WHEN 'logged in' THEN 'log-in'
    WHEN 'was refused' THEN 'refused'
    WHEN 'changed the plan' THEN 'edit-plan'
    ELSE what END;
UPDATE action SET what = 'acknowledge' WHERE what = 'confirm';
