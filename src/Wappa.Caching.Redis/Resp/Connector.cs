using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Wappa.Caching.Redis.Resp;

/// <summary>Opens the byte stream to a server: TCP or a unix socket, TLS on top if asked for.</summary>
internal static class Connector
{
    private const int KeepAliveSeconds = 5;
    private const int KeepAliveProbes = 3;

    /// <param name="node">Where to.</param>
    /// <param name="tls">Null: plain.</param>
    /// <param name="cancellationToken">The connect timeout.</param>
    internal static async ValueTask<Stream> OpenAsync(RedisNode node, RedisTlsOptions? tls, CancellationToken cancellationToken)
    {
        var socket = node.IsUnixSocket
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (node.IsUnixSocket)
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(node.Host), cancellationToken).ConfigureAwait(false);
            }
            else
            {
                socket.NoDelay = true; // batches are made here, not by the kernel

                // A connection that is given up takes with it what has not been delivered: the kernel would go on delivering, and a
                // command could arrive after its repetition over the next connection.
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
                socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
                socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveSeconds);
                socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 1);
                socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepAliveProbes);
                await socket.ConnectAsync(node.Host, node.Port, cancellationToken).ConfigureAwait(false);
            }

            var stream = new NetworkStream(socket, ownsSocket: true);
            return tls is null ? stream : await SecureAsync(stream, node, tls, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async ValueTask<Stream> SecureAsync(
        NetworkStream plain, RedisNode node, RedisTlsOptions tls, CancellationToken cancellationToken)
    {
        var secure = new SslStream(plain, leaveInnerStreamOpen: false);
        var options = new SslClientAuthenticationOptions { TargetHost = tls.ServerName ?? node.Host };
        if (tls.CaFile is { } file)
        {
            var trusted = new X509Certificate2Collection();
            trusted.ImportFromPemFile(file);
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck, // an authority of one's own seldom answers for revocations
            };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(trusted);
        }

        if (tls.CertificateFile is { } certificate)
            options.ClientCertificates = [X509Certificate2.CreateFromPemFile(certificate, tls.KeyFile)];
        try
        {
            await secure.AuthenticateAsClientAsync(options, cancellationToken).ConfigureAwait(false);
            return secure;
        }
        catch
        {
            await secure.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
