namespace MesoNet.IAaS.Portal.Gateway;

/// <summary>Why somebody is not let to a seat or a workspace.</summary>
internal enum Refusal
{
    /// <summary>There is no such seat, and no such workspace.</summary>
    NoSuchSeat,

    /// <summary>The path leads out of it, or is none.</summary>
    BadPath,

    /// <summary>Another page asks for it.</summary>
    FromElsewhere,

    /// <summary>It is somebody else's.</summary>
    NotYours,

    /// <summary>Nobody is let in from there.</summary>
    WrongNetwork,

    /// <summary>The workspace declares no port of that name.</summary>
    NoSuchPort,

    /// <summary>It declares the port, and nothing answers there.</summary>
    SilentPort,

    /// <summary>It does not run now.</summary>
    NotRunning,
}

/// <summary>The gateway's answer.</summary>
internal abstract record GatewayVerdict
{
    /// <summary>To the pod.</summary>
    /// <param name="Address">Its address and port.</param>
    /// <param name="Token">Its JupyterLab's token; empty where the way is to another port.</param>
    /// <param name="Renewed">The pass to hand to the browser, where it is time for a new one.</param>
    public sealed record Allowed(string Address, string Token, SeatPass? Renewed) : GatewayVerdict;

    /// <summary>Nobody knows who it is: by way of the portal.</summary>
    public sealed record Unknown : GatewayVerdict;

    /// <summary>Not let in.</summary>
    public sealed record Refused(Refusal Why) : GatewayVerdict;
}
