using SparkAzure.Core.Images.Registry;
using SparkAzure.Core.Oci;
using SparkAzure.Core.Oci.Layers;
using SparkAzure.Core.Oci.Registry;


namespace SparkAzure.Core.Tests.Images.Registry;

/// <summary>An image that somebody else made on top of a published one, as a Dockerfile with FROM would: labels are inherited, layers come on top.</summary>
internal static class DerivedImage
{
    public static async Task PushAsync(string host, string repository, string from, string to, Action<ImageDraft>? change = null, params TarItem[] items)
    {
        using var client = new RegistryClient(RegistryAddress.Parse(host), null, new RecordingCaller());
        var draft = await ImageDraft.FromAsync(client, ImageReference.Parse($"{host}/{repository}:{from}"), null, CancellationToken.None);
        await draft.ReadFilesAsync(new LayerIndexCache(null), new RecordingCaller(), CancellationToken.None);
        change?.Invoke(draft);
        if (items.Length > 0)
        {
            draft.Files.Apply(items);
            draft.AddLayer(items, "RUN something else");
        }
        else
        {
            draft.AddHistory("LABEL other=1", isEmpty: true);
        }

        foreach (var layer in draft.Layers.OfType<BuiltLayer>())
        {
            await layer.MeasureAsync(new LayerDigests(null), CancellationToken.None);
            await layer.PackAsync(new Dictionary<string, Descriptor>(), CancellationToken.None);
            await client.UploadBlobAsync(repository, layer.Digest, layer.Size, layer.OpenAsync, _ => { }, CancellationToken.None);
        }

        var (configuration, manifest) = draft.Seal();
        await client.UploadBlobAsync(repository, ContentDigest.Of(configuration), configuration.Length, (offset, _) => Task.FromResult<Stream>(new MemoryStream(configuration[(int)offset..])), _ => { }, CancellationToken.None);
        await client.PutManifestAsync(repository, to, manifest, CancellationToken.None);
    }
}
