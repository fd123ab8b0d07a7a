namespace MesoNet.IAaS.Resources.Naming;

/// <summary>Labels and annotations on everything the operator makes. Never a person's name or e-mail.</summary>
public static class Labels
{
    /// <summary>The environment an object belongs to.</summary>
    public const string Environment = "mesonet.fr/environment";

    /// <summary>The namespace of that environment, on cluster-scoped objects.</summary>
    public const string EnvironmentNamespace = "mesonet.fr/environment-namespace";

    /// <summary>The seat an object belongs to.</summary>
    public const string Seat = "mesonet.fr/seat";

    /// <summary>What an object is for: seat, materials, homes, tokens, dataset, isolation.</summary>
    public const string Component = "app.kubernetes.io/component";

    /// <summary>The tool that manages an object.</summary>
    public const string ManagedBy = "app.kubernetes.io/managed-by";

    /// <summary>The value of <see cref="ManagedBy"/>, and the operator's field manager.</summary>
    public const string Operator = "mesonet-operator";

    /// <summary>An annotation: a hash of what was last applied, so that nothing is written when nothing changes.</summary>
    public const string AppliedHash = "mesonet.fr/applied-hash";

    /// <summary>On a namespace: pods in it may reach seats (the gateway).</summary>
    public const string Gateway = "mesonet.fr/gateway";

    /// <summary>The labels of an object of an environment.</summary>
    public static Dictionary<string, string> For(string environment, string component, string? seat = null)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [ManagedBy] = Operator,
            [Component] = component,
            [Environment] = environment,
        };
        if (seat is not null) labels[Seat] = seat;
        return labels;
    }
}
