using MesoNet.IAaS.Kubernetes.Objects;

namespace MesoNet.IAaS.Planning.Seats;

/// <summary>The security settings of Pod Security's level <c>restricted</c>, the same for every pod of a course.</summary>
internal static class RestrictedPod
{
    /// <summary>The user every pod runs as. Homes are told apart by what is mounted, not by users.</summary>
    public const long User = 1000;

    public static PodSecurityContext PodSecurity { get; } = new()
    {
        RunAsNonRoot = true,
        RunAsUser = User,
        RunAsGroup = User,
        FsGroup = User,
        // Never the recursive chown of a whole class's homes.
        FsGroupChangePolicy = "OnRootMismatch",
        SeccompProfile = new() { Type = "RuntimeDefault" },
    };

    public static SecurityContext ContainerSecurity { get; } = new()
    {
        AllowPrivilegeEscalation = false,
        Capabilities = new() { Drop = ["ALL"] },
    };
}
