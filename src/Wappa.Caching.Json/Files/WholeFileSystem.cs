using System.Globalization;

namespace Wappa.Caching.Json.Files;

/// <summary>Whether <c>syncfs</c> syncs all of a folder and reports what goes wrong. If in doubt it does not: then files and
/// directories are synced one by one.</summary>
internal static class WholeFileSystem
{
    // Since 5.8 the kernel tells syncfs of pages it could not write, since 5.17 also of a failure of the file system itself.
    private static readonly bool KernelReports =
        OperatingSystem.IsLinux() && Environment.OSVersion.Version >= new Version(5, 17);

    // Those that hand their errors on. Overlay, network and user-space file systems answer for themselves only.
    private static readonly string[] Reporting = ["ext4", "xfs", "btrfs", "f2fs"];

    internal static bool CanSync(string root)
    {
        if (!KernelReports) return false;
        try
        {
            return !LeadsElsewhere(root) && IsOneMount(root);
        }
        catch (Exception error) when (ManagedErrors.IsFailure(error))
        {
            return false; // no /proc here, or the root is gone
        }
    }

    /// <summary>Whether a path is on a file system that reports, and nothing else is mounted below it.</summary>
    /// <param name="mounts">The lines of <c>/proc/self/mountinfo</c>.</param>
    /// <param name="mountId">The mount that the path is on.</param>
    /// <param name="root">The path without symbolic links.</param>
    internal static bool IsOneMount(IEnumerable<string> mounts, string mountId, string root)
    {
        var reports = false;
        foreach (var line in mounts)
        {
            // 36 35 98:0 /root /mount/point rw,noatime optional... - ext4 /dev/sda1 rw
            var fields = line.Split(' ');
            var separator = Array.IndexOf(fields, "-");
            if (separator is < 6 || separator + 1 >= fields.Length) return false;
            if (fields[0] == mountId) reports = Reporting.Contains(fields[separator + 1]);
            else if (Unescape(fields[4]).StartsWith(root + "/", StringComparison.Ordinal)) return false;
        }

        return reports;
    }

    private static bool IsOneMount(string root)
    {
        if (UnixCalls.OpenDirectory(root, out var directory) != Errno.None) return false;
        using (directory)
        {
            var number = directory.DangerousGetHandle().ToString(CultureInfo.InvariantCulture);
            var mountId = File.ReadLines($"/proc/self/fdinfo/{number}")
                .Where(line => line.StartsWith("mnt_id:", StringComparison.Ordinal))
                .Select(line => line["mnt_id:".Length..].Trim())
                .FirstOrDefault();
            var canonical = new FileInfo($"/proc/self/fd/{number}").LinkTarget;
            return mountId is not null && canonical is not null &&
                   IsOneMount(File.ReadLines("/proc/self/mountinfo"), mountId, canonical.TrimEnd('/'));
        }
    }

    // The folders a person may have put on another disk are the ones at the top; the ones below are made by the store.
    private static bool LeadsElsewhere(string root) =>
        new DirectoryInfo(root).EnumerateDirectories().Any(directory => directory.LinkTarget is not null);

    // Space, tab, newline and backslash stand as \040 and so on.
    private static string Unescape(string text)
    {
        for (var at = text.IndexOf('\\'); at >= 0 && at + 3 < text.Length; at = text.IndexOf('\\', at + 1))
        {
            var octal = text.AsSpan(at + 1, 3);
            if (octal.ContainsAnyExceptInRange('0', '7')) continue;
            var character = (char)(((octal[0] - '0') * 64) + ((octal[1] - '0') * 8) + (octal[2] - '0'));
            text = string.Concat(text.AsSpan(0, at), [character], text.AsSpan(at + 4));
        }

        return text;
    }
}
