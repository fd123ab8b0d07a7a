using MesoNet.IAaS.Kubernetes.Controllers;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Kubernetes.Watching;
using Microsoft.Extensions.Logging;

namespace MesoNet.IAaS.LocalCluster.Volumes;

/// <summary>
/// Gives each claim of the class <see cref="ClassName"/> (the default) a folder on this machine that any user of a pod can write to. The
/// controller manager's own hostPath provisioner makes folders that only root can use. A volume whose claim was deleted is removed with
/// its folder, as the class's reclaim policy says.
/// </summary>
internal sealed class LocalVolumeProvisioner(KubernetesClient client, string folder, TimeProvider time, ILogger logger)
{
    public const string ClassName = "mesonet-local";
    private const string Provisioner = "mesonet.fr/local-folder";
    private const string ProvisionedBy = "pv.kubernetes.io/provisioned-by";

    private const UnixFileMode OpenToAll =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private readonly ObjectStore<PersistentVolumeClaim> claims = new();
    private readonly ObjectStore<PersistentVolume> volumes = new(volume => [ClaimOf(volume).ToString()]);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var queue = new WorkQueue<ObjectKey>(time);
        var reflectors = new IReflector[]
        {
            new Reflector<PersistentVolumeClaim>(client, ListQuery.All, claims, claim => queue.Add(claim.Key), WatcherTimes.Default, time, logger),
            new Reflector<PersistentVolume>(client, ListQuery.All, volumes, volume => queue.Add(ClaimOf(volume)), WatcherTimes.Default, time, logger),
        };
        var controller = new Controller("local volumes", queue, ReconcileAsync, workers: 1, logger);
        var running = reflectors.Select(reflector => reflector.RunAsync(cancellationToken)).ToList();
        foreach (var reflector in reflectors) await reflector.WaitUntilSyncedAsync(cancellationToken);
        await Task.WhenAll([.. running, controller.RunAsync(cancellationToken)]);
    }

    /// <summary>Makes the class the cluster's default.</summary>
    public async Task CreateClassAsync(CancellationToken cancellationToken) =>
        await client.ApplyAsync(
            new StorageClass
            {
                Metadata = new()
                {
                    Name = ClassName,
                    Annotations = new Dictionary<string, string> { ["storageclass.kubernetes.io/is-default-class"] = "true" },
                },
                Provisioner = Provisioner,
                ReclaimPolicy = "Delete",
                VolumeBindingMode = "Immediate",
            },
            "mesonet-local", force: true, cancellationToken);

    private static ObjectKey ClaimOf(PersistentVolume volume) => new(volume.Spec?.ClaimRef?.Namespace ?? "", volume.Spec?.ClaimRef?.Name ?? "");

    private async Task<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (claims.Find(key) is { Spec: { StorageClassName: ClassName, VolumeName: null }, Metadata.DeletionTimestamp: null } claim)
        {
            // Named after the claim's uid: one that is deleted and made anew under its name gets a volume of its own.
            var name = $"{key.Namespace}-{key.Name}-{claim.Metadata.Uid![..8]}";
            if (volumes.Find(ObjectKey.Cluster(name)) is null) await ProvisionAsync(claim, name, cancellationToken);
        }

        foreach (var released in volumes.Indexed(key.ToString()).Where(volume => volume.Status?.Phase == "Released" && volume.Metadata.Annotation(ProvisionedBy) == Provisioner))
        {
            await client.DeleteAsync<PersistentVolume>(released.Key, cancellationToken, released.Metadata.Uid);
            var path = released.Spec!.HostPath!.Path;
            if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
            logger.LogInformation("The volume {Volume} and its folder were deleted with their claim.", released.Metadata.Name);
        }

        return new();
    }

    private async Task ProvisionAsync(PersistentVolumeClaim claim, string name, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, name);
        Directory.CreateDirectory(path);
        File.SetUnixFileMode(path, OpenToAll);
        var volume = new PersistentVolume
        {
            Metadata = new() { Name = name, Annotations = new Dictionary<string, string> { [ProvisionedBy] = Provisioner } },
            Spec = new()
            {
                Capacity = claim.Spec!.Resources?.Requests,
                AccessModes = claim.Spec.AccessModes,
                StorageClassName = ClassName,
                // Deleted by this class, with the folder; the controller manager would only mark the volume failed.
                PersistentVolumeReclaimPolicy = "Retain",
                // With the uid the binding is seen at once; without it the controller manager looks only every 15 s.
                ClaimRef = new() { ApiVersion = "v1", Kind = "PersistentVolumeClaim", Namespace = claim.Metadata.Namespace, Name = claim.Metadata.Name, Uid = claim.Metadata.Uid },
                HostPath = new() { Path = path, Type = "Directory" },
            },
        };
        try
        {
            await client.CreateAsync(volume, cancellationToken);
        }
        catch (KubernetesApiException exception) when (exception.IsAlreadyExists)
        {
        }
    }
}
