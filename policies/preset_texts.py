"""The texts of the presets, in Markdown. `{#…}` marks name the clauses through all later versions."""

COMMENT_POLICY = """\
## 1. What this policy is for {#purpose}

The City invites comments on its posts. This policy says what the City does with them, for which reasons it
may act on one, and how to have a decision looked at again. It holds for every official account of the City,
those of elected members included.

## 2. The City's pages are open to every opinion {#forum}

### 2.1 All viewpoints {#viewpoints}

Comment threads on the City's posts are limited public forums. A comment is never acted on because of its
opinion, because it criticizes the City or its officials, or because it is blunt, angry or vulgar.

### 2.2 What does not change {#closing-comments}

The City may post without a comment thread. It then does so for everybody, and not because of what was said.

### 2.3 Comments are public records {#comments-are-records}

The City keeps comments and its decisions about them as records. What is hidden or deleted is kept first.

## 3. Grounds on which a comment may be acted on {#grounds}

There are no other grounds than these. Each is applied as it is defined here.

[[grounds]]
## 4. How a decision is made {#decisions}

### 4.1 A person decides {#person-decides}

Word lists may send a comment to a person. They never hide, delete or block by themselves.

### 4.2 The mildest step that is enough {#mildest-step}

A comment is hidden before it is deleted. Nothing is deleted before it has been kept as evidence.

### 4.3 Blocking {#blocking}

Restricting, muting and hiding somebody's comments automatically count as blocking. Nobody is blocked before
a warning, except for threats, malware and automated spam. The City Attorney is asked before any block.
Blocks last 7 days, then 30, then 90, and end by themselves. Open blocks are read again every three months.

### 4.4 Statement of reasons {#statement}

Every decision names the ground and the clause, states the facts, and is entered in the public register
without the name of the person concerned.

## 5. Appeals {#appeals}

### 5.1 Notice {#notice}

Where the platform allows it, the City tells the person within 1 business day what was done, on which
ground, and how to appeal. It also tells them when a decision is taken back.

### 5.2 Who may appeal, and until when {#appeal-period}

Anybody whose comment was acted on, or who was blocked, may appeal within 10 business days of the notice.
Where no notice could be given there is no time limit. An account is not needed.

### 5.3 Who decides {#appeal-decider}

Somebody other than the person who made the decision answers within 10 business days, in writing and with
reasons. The evidence is kept until the appeal is closed.

### 5.4 Second look {#second-level}

Whoever disagrees with the answer may ask the City Attorney within 10 business days.

## 6. Records requests and questions {#questions}

Requests for public records about comments go to the custodian that the account's page names. Questions about
this policy go to the Social Media Officer.
"""

SOCIAL_MEDIA_POLICY = """\
## 1. Purpose and reach {#purpose}

This policy says who may speak for the City on social media, how, and what is kept. It binds employees,
elected officials, interns, volunteers, consultants and contractors whenever they use an official account.

## 2. The website comes first {#website-first}

The City's website is the repository of its information; social media are outlets. Posts link back to it
wherever a page exists. Emergency information is published through the website and pushed out from there.

## 3. Accounts {#accounts}

### 3.1 The City is the owner {#ownership}

Accounts belong to the City, are registered with a generic City address, and are named in the public
directory. A district's account belongs to the office and passes to whoever holds the seat next.

### 3.2 When an account is justified {#criteria}

An account serves time-sensitive information, an audience that prefers the medium, or the widest response to a
proposal. Departments hold accounts; programs share their department's.

### 3.3 Request and approval {#approval}

A department asks with a request and a strategy. The Social Media Officer decides; the CIO says whether a
platform may be used at all.

### 3.4 Keys {#keys}

At least two people hold full rights, each with a personal sign-in, a password of 12 or more characters and
a second factor. Access is reviewed every six months and withdrawn on the day a person leaves.

## 4. Twelve things that every department puts in writing {#department-filing}

### 4.1 Uses {#uses}

What the department uses social media for, and which of the criteria in 3.2 each account meets.

### 4.2 Authority {#authority}

Who approves posts, and who speaks for the department.

### 4.3 Tools and people {#tools}

The accounts and tools in use, who is responsible for each, and where credentials and content are kept.

### 4.4 Consultation with information technology {#it-consultation}

When the department consulted IT about security and records, and what was agreed.

### 4.5 Free speech and legal advice {#first-amendment}

How comments are handled under the comment policy, and when the City Attorney is asked.

### 4.6 Identity and purpose {#identity}

For each account its identity, its staff, its purpose and the benefit that is expected of it.

### 4.7 Ethics {#ethics}

How the code of ethics, campaign law and the rules on endorsement are observed. Personal, campaign and City
accounts are kept apart.

### 4.8 Notices {#notices}

Where each account shows that it is official, the terms of use, the comment policy and the notice that
content is archived.

### 4.9 Care {#freshness}

How often accounts are posted to and looked after, and who covers evenings and absences. An account that is
silent for three months is reviewed.

### 4.10 Records {#records}

How posts, comments and messages are kept in usable form outside the platform, for how long, and who answers
requests (Wis. Stat. 19.31 to 19.39). Direct messages are switched off unless they are archived.

### 4.11 Safety {#safety}

How the department makes sure that nothing is published that endangers people, systems or investigations.

### 4.12 Links to other sites {#external-links}

The disclaimer that stands where a post or page links to somebody else's site.

## 5. What is posted {#content}

### 5.1 Correct and accessible {#accessible}

Posts are checked with the department whose matter they concern, are written in plain language, and meet
WCAG 2.1 AA: pictures have alternative text, videos have captions.

### 5.2 Not posted {#not-posted}

Confidential information, material that belongs to others, endorsements, and anything that urges a vote.

### 5.3 Open meetings {#open-meetings}

Members of one body do not discuss its business in one thread. Taking part one after the other can be a
meeting too (Wis. Stat. 19.81 to 19.98).

## 6. Elections {#elections}

While an elected official is a candidate, City accounts that speak for that official are silent as Wis.
Stat. 11.1205 (formerly 11.33) requires. Links are taken down and restored afterwards. The City Clerk may
post official business.

## 7. Oversight {#oversight}

The Social Media Officer keeps access to every account, watches that this policy is kept, and may edit or
remove what violates it after a record of the original was kept. Exceptions are requested in writing and end
on a date.

## 8. Review of this policy {#review}

Departments and elected officials may comment on every draft. The policy is read again at least every two
years. """
