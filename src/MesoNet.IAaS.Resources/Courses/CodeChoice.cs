using MesoNet.IAaS.Resources.Schema;

namespace MesoNet.IAaS.Resources.Courses;

/// <summary>What one course wants of its template's code: another version, and when to look at it again.</summary>
public sealed record CodeChoice
{
    /// <summary>A branch, a tag or a full commit of the template's repository, for this course alone; the template's own where not given.</summary>
    [Pattern(GitRef.Pattern)]
    [Length(1, GitRef.MaxLength)]
    public string? Ref { get; init; }

    /// <summary>From when on the ref is looked up once more: what it means by then is given to everybody. A later moment asks again.</summary>
    public DateTimeOffset? LookAt { get; init; }
}
