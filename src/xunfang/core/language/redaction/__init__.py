"""What in a text points to a person, found before anything is published.

`text.redact` puts a mark such as 〔电话〕 in place of each thing found and changes nothing
else. `numbers` finds telephones, identity numbers, cards, plates, e-mail and accounts;
`names` and `addresses` find those; `claims` finds what is said about a person that may not
be repeated. A machine misses things: a person looks at every text last.

Inside: `text > claims | names | addresses | numbers > spans`.
"""
