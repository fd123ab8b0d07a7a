using System.Text.Json.Serialization;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Resources.Schema;

namespace MesoNet.IAaS.Resources.Courses;

/// <summary>Where the archives of the students' work are kept.</summary>
public sealed record ArchiveStorage
{
    /// <summary>The storage class; the cluster's default where empty.</summary>
    [Length(0, 253)]
    public string? ClassName { get; init; }

    /// <summary>The size of the volume; that of the homes' volume where not given.</summary>
    public Quantity? Size { get; init; }
}

/// <summary>How far the students' work is on its way from the homes to the archive.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RetentionStep>))]
public enum RetentionStep
{
    /// <summary>The homes are as they were on the last day.</summary>
    Kept,

    /// <summary>An archive of each home is being made and verified; the homes stay.</summary>
    Archiving,

    /// <summary>Each home is archived, and still there.</summary>
    Archived,

    /// <summary>The homes are being deleted.</summary>
    Deleting,

    /// <summary>The homes are deleted; the archives stay.</summary>
    Deleted,
}

/// <summary>What became of the students' work after the validity.</summary>
public sealed record RetentionStatus
{
    /// <summary>How far it is.</summary>
    public RetentionStep? Step { get; init; }

    /// <summary>Since when.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>When the next step begins; not given where only the end of the one that is on decides.</summary>
    public DateTimeOffset? NextAt { get; init; }

    /// <summary>When the archives that are made now, or were made last, were begun.</summary>
    public DateTimeOffset? Begun { get; init; }

    /// <summary>How many students' work is archived and verified.</summary>
    public int? Archived { get; init; }

    /// <summary>How many homes could not be archived or, later, deleted.</summary>
    public int? Failed { get; init; }

    /// <summary>How many homes were deleted; given from the moment on at which some may have been.</summary>
    public int? Deleted { get; init; }

    /// <summary>The Job that does it.</summary>
    public string? Job { get; init; }

    /// <summary>What is wrong, in one word; not given where nothing is.</summary>
    public string? Reason { get; init; }

    /// <summary>What is wrong, in a sentence that names the first of those students.</summary>
    public string? Message { get; init; }
}
