# Reads an Atom or RSS feed by the rss library, validating, and prints its entries as one JSON array.
# A feed that is not valid ends in an exception that names the element.
require "json"
require "rss"

def from_atom(entry)
  {
    id: entry.id.content,
    title: entry.title.content,
    published: entry.published.content.to_i,
    link: entry.link&.href,
    content: entry.content.content,
  }
end

def from_rss(item)
  {
    id: item.guid.content,
    title: item.title,
    published: item.pubDate.to_i,
    link: item.link,
    content: item.content_encoded || item.description,
  }
end

feed = RSS::Parser.parse(File.read(ARGV.fetch(0), encoding: "UTF-8"), true)
atom = feed.is_a?(RSS::Atom::Feed)
puts JSON.generate(feed.items.map { |item| atom ? from_atom(item) : from_rss(item) })
