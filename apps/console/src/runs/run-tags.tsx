import { Link } from 'wouter';
import '../kit/tags.css';

/** The tags of a run, each a way to the runs that have it. */
export function RunTags({ tags }: { readonly tags: readonly string[] }) {
  return tags.map((tag) => (
    <Link key={tag} href={`/runs?tag=${encodeURIComponent(tag)}`} className="tag" title={`Runs with the tag ${tag}`}>
      {tag}
    </Link>
  ));
}
