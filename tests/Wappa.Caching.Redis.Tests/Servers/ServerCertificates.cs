using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Wappa.Caching.Redis.Tests.Servers;

/// <summary>An authority of one test run, and the certificates it has given to a server and to a client.</summary>
internal sealed class ServerCertificates : IDisposable
{
    private readonly ServerFolder _folder = new();

    private ServerCertificates(X509Certificate2 authority)
    {
        Authority = authority;
        File.WriteAllText(AuthorityFile, authority.ExportCertificatePem());
        Client = Give("client", names => names.AddDnsName("client"));
        using var server = Give("server", names =>
        {
            names.AddDnsName("localhost");
            names.AddIpAddress(IPAddress.Loopback);
        });
    }

    /// <summary>Whom both sides trust.</summary>
    internal X509Certificate2 Authority { get; }

    /// <summary>The client's certificate with its key.</summary>
    internal X509Certificate2 Client { get; }

    internal string AuthorityFile => _folder.Sub("authority.crt");

    internal string ClientFile => _folder.Sub("client.crt");

    internal string ClientKeyFile => _folder.Sub("client.key");

    /// <summary>What a server's configuration says of them. It takes clients with and without a certificate.</summary>
    internal IReadOnlyList<string> ServerLines =>
    [
        $"tls-cert-file {_folder.Sub("server.crt")}", $"tls-key-file {_folder.Sub("server.key")}",
        $"tls-ca-cert-file {AuthorityFile}", "tls-auth-clients optional",
    ];

    internal static ServerCertificates Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Wappa test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        var now = TimeProvider.System.GetUtcNow();
        return new(request.CreateSelfSigned(now.AddDays(-1), now.AddDays(2)));
    }

    public void Dispose()
    {
        Authority.Dispose();
        Client.Dispose();
        _folder.Dispose();
    }

    private X509Certificate2 Give(string owner, Action<SubjectAlternativeNameBuilder> name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={owner}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        name(names);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        var now = TimeProvider.System.GetUtcNow();
        using var given = request.Create(Authority, now.AddHours(-1), now.AddDays(1), RandomNumberGenerator.GetBytes(8));
        File.WriteAllText(_folder.Sub($"{owner}.crt"), given.ExportCertificatePem());
        File.WriteAllText(_folder.Sub($"{owner}.key"), key.ExportPkcs8PrivateKeyPem());
        return given.CopyWithPrivateKey(key);
    }
}
