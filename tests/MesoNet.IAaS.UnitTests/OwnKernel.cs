using System.Runtime.InteropServices;
using MesoNet.IAaS.LocalCluster.Processes;
using MesoNet.IAaS.UnitTests.Materials;

namespace MesoNet.IAaS.UnitTests;

/// <summary>
/// A disk of its own with project quotas, over a folder: only what is started by <see cref="Wrapper"/> sees it. Each command runs in a Linux kernel of its own
/// (user-mode Linux, up in a second), since this machine's may have been built without quotas; all files outside the folder are this machine's.
/// </summary>
public sealed class OwnKernel
{
    // The kernel's arguments cannot hold blanks, and its console is no place for output: both go through files.
    private const string Script = """
        #!/bin/bash
        # DISK TYPE FOLDER COMMAND...: ends as the command does.
        set -euo pipefail
        if [[ $1 != --inside ]]; then
          work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
          export -p > "$work/environment"; pwd > "$work/directory"
          printf '%q ' "${@:4}" > "$work/command"
          printf '#!/bin/bash\nexec bash %q --inside %q %q %q\n' "$(realpath "$0")" "$work" "$2" "$3" > "$work/init"; chmod +x "$work/init"
          # How it ends when it is switched off says nothing: the status is written once the disk is unmounted.
          { timeout --signal=KILL 900 linux.uml mem=512M root=/dev/root rootfstype=hostfs rw ubd0="$1" init="$work/init" con=null < /dev/null > "$work/console" 2>&1 || true; } 2> /dev/null
          # A kernel that had to be killed leaves its processes behind, each of which names the disk.
          for process in $(grep -lsF "ubd0=$1" /proc/[0-9]*/cmdline | cut -d/ -f 3); do [[ $process == $$ ]] || kill -KILL "$process" 2> /dev/null || true; done
          if [[ ! -s $work/status ]]; then
            tail -n 5 "$work/console" >&2; cat "$work/errors" >&2 || true
            echo "the kernel ended before the command did" >&2; exit 125
          fi
          cat "$work/output"; cat "$work/errors" >&2
          exit "$(<"$work/status")"
        fi
        work=$2
        trap 'echo o > /proc/sysrq-trigger; sleep infinity' EXIT
        . "$work/environment"; export PATH=/usr/sbin:/usr/bin:/sbin:/bin
        exec > "$work/output" 2> "$work/errors"
        mount -t proc proc /proc; mount -t tmpfs tmpfs /run; ln -s /proc/self/fd /dev/fd
        ip link set lo up
        for module in quota_tree quota_v2; do insmod "/usr/lib/uml/modules/$(uname -r)/kernel/fs/quota/$module.ko"; done
        mount -t "$3" -o prjquota /dev/ubda "$4"
        cd "$(<"$work/directory")"
        status=0; bash -c "$(<"$work/command")" || status=$?
        umount "$4"
        echo "$status" > "$work/status"
        """;

    /// <summary>Makes the disk.</summary>
    /// <param name="root">A folder of this machine for the disk's image.</param>
    /// <param name="type">xfs or ext4.</param>
    /// <param name="folder">The folder that the disk lies over.</param>
    public OwnKernel(string root, string type, string folder)
    {
        Assert.SkipUnless(RuntimeInformation.ProcessArchitecture == Architecture.X64, "User-mode Linux exists for x86 alone.");
        var (script, disk) = (Path.Combine(root, "own-kernel.sh"), Path.Combine(root, "disk.img"));
        File.WriteAllText(script, Script);
        Directory.CreateDirectory(folder);
        var make = type == "xfs" ? "mkfs.xfs -q" : "mkfs.ext4 -q -O quota,project -E quotatype=prjquota";
        CourseVolume.Run("bash", "-c", $"PATH=$PATH:/usr/sbin:/sbin; truncate -s 512M '{disk}' && {make} '{disk}'");
        Wrapper = ["bash", script, disk, type, folder];
    }

    /// <summary>What a command is started by that is to see the disk.</summary>
    public IReadOnlyList<string> Wrapper { get; }

    /// <summary>What a script says that sees it. It fails where a command of it does.</summary>
    public async Task<string> RunAsync(string script)
    {
        var result = await Command.TryRunAsync(Wrapper[0], [.. Wrapper.Skip(1), "bash", "-c", $"set -e; {script}"], CancellationToken.None);
        Assert.True(result.ExitCode == 0, $"It ended with {result.ExitCode}: {result.Output}\n{result.Errors}");
        return result.Output;
    }
}
