namespace MesoNet.IAaS.Resources.Naming;

/// <summary>Labels and annotations on everything the operator makes. Never a person's name or e-mail.</summary>
public static class Labels
{
    /// <summary>The environment an object belongs to.</summary>
    public const string Environment = "mesonet.fr/environment";

    /// <summary>The namespace of that environment, on cluster-scoped objects.</summary>
    public const string EnvironmentNamespace = "mesonet.fr/environment-namespace";

    /// <summary>The research workspace an object belongs to.</summary>
    public const string Workspace = "mesonet.fr/workspace";

    /// <summary>The namespace of that workspace, on cluster-scoped objects.</summary>
    public const string WorkspaceNamespace = "mesonet.fr/workspace-namespace";

    /// <summary>The seat an object belongs to.</summary>
    public const string Seat = "mesonet.fr/seat";

    /// <summary>The data set an object belongs to: what fetches it, and the courses' volumes that point at it.</summary>
    public const string Dataset = "mesonet.fr/dataset";

    /// <summary>The version of a data set that was fetched.</summary>
    public const string DatasetVersion = "mesonet.fr/dataset-version";

    /// <summary>What an object is for: seat, materials, preparation, homes, tokens, dataset, dataset-source, isolation, notebook, homes-watch, reader.</summary>
    public const string Component = "app.kubernetes.io/component";

    /// <summary>On a seat's pod: the stage whose resources it has, <see cref="LessonStage"/> or <see cref="HandInStage"/>.</summary>
    public const string Stage = "mesonet.fr/stage";

    /// <summary>The value of <see cref="Stage"/> with a lesson's resources.</summary>
    public const string LessonStage = "lesson";

    /// <summary>The value of <see cref="Stage"/> with the resources of hand-in.</summary>
    public const string HandInStage = "hand-in";

    /// <summary>The tool that manages an object.</summary>
    public const string ManagedBy = "app.kubernetes.io/managed-by";

    /// <summary>The value of <see cref="ManagedBy"/>, and the operator's field manager.</summary>
    public const string Operator = "mesonet-operator";

    /// <summary>An annotation: a hash of what was last applied, so that nothing is written when nothing changes.</summary>
    public const string AppliedHash = "mesonet.fr/applied-hash";

    /// <summary>
    /// An annotation of a pod that somebody works in: when it stops, such as 2026-11-23T17:00:00+01:00, and for a workspace a word that says why: lesson, hours,
    /// end or idle. Who works in it is warned some minutes before.
    /// </summary>
    public const string EndsAt = "mesonet.fr/ends-at";

    /// <summary>
    /// An annotation of a seat's pod: what its student's home takes, such as "1825361101/2147483648 bytes" or "90000/100000 files", where that is 80 %
    /// of the quota or more. The student is told.
    /// </summary>
    public const string HomeUse = "mesonet.fr/home-use";

    /// <summary>
    /// An annotation of a seat's pod: what its home may take, such as "2147483648/131072": bytes, and files where they are bounded (else 0). The notebook shows
    /// it beside what the home takes.
    /// </summary>
    public const string HomeQuota = "mesonet.fr/home-quota";

    /// <summary>On a namespace: pods in it may reach seats (the gateway).</summary>
    public const string Gateway = "mesonet.fr/gateway";

    /// <summary>The labels of an object of a course or of a workspace.</summary>
    /// <param name="owner"><see cref="Environment"/> or <see cref="Workspace"/>.</param>
    /// <param name="name">The name of the course or the workspace.</param>
    /// <param name="component">What the object is for.</param>
    /// <param name="seat">The seat it is of; null for none.</param>
    public static Dictionary<string, string> Of(string owner, string name, string component, string? seat = null)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [ManagedBy] = Operator,
            [Component] = component,
            [owner] = name,
        };
        if (seat is not null) labels[Seat] = seat;
        return labels;
    }
}
