using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace SparkAzure.Runs.StandIns;

/// <summary>Bytes of a file, all or those that a Range header asks for.</summary>
internal static class ByteRange
{
    public static async Task WriteAsync(HttpContext context, byte[] content, string tag)
    {
        var asked = context.Request.Headers["x-ms-range"].ToString();
        if (asked.Length == 0)
        {
            asked = context.Request.Headers.Range.ToString();
        }

        var response = context.Response;
        response.Headers.ETag = tag;
        response.Headers.AcceptRanges = "bytes";
        if (asked.Length == 0)
        {
            response.ContentLength = content.Length;
            await response.Body.WriteAsync(content);
            return;
        }

        var bounds = asked["bytes=".Length..].Split('-');
        var from = int.Parse(bounds[0], CultureInfo.InvariantCulture);
        if (from >= content.Length)
        {
            response.StatusCode = 416;
            response.Headers["x-ms-error-code"] = "InvalidRange";
            return;
        }

        var to = content.Length - 1;
        if (bounds[1].Length > 0)
        {
            to = (int)Math.Min(to, long.Parse(bounds[1], CultureInfo.InvariantCulture));
        }

        response.StatusCode = 206;
        response.Headers.ContentRange = $"bytes {from}-{to}/{content.Length}";
        response.ContentLength = to - from + 1;
        await response.Body.WriteAsync(content.AsMemory(from, to - from + 1));
    }
}
