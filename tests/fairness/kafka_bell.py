"""A Kafka broker with a bell: python -m tests.fairness.kafka_bell. Speaks what a plain producer needs, keeps nothing.

What is sent to the topic `wait` is confirmed only when something is sent to the topic `ring`. Prints its address.
"""

from __future__ import annotations

import socketserver
import struct
import threading
from typing import Any

from kafka.protocol.metadata import ApiVersionsRequest, ApiVersionsResponse, MetadataRequest, MetadataResponse
from kafka.protocol.producer import ProduceRequest, ProduceResponse

#: key -> request class, response class, the one version that we speak
SPOKEN = {
    ApiVersionsRequest.API_KEY: (ApiVersionsRequest, ApiVersionsResponse, 0),
    MetadataRequest.API_KEY: (MetadataRequest, MetadataResponse, 1),
    ProduceRequest.API_KEY: (ProduceRequest, ProduceResponse, 3),
}
bell = threading.Event()


class Connection(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        while head := self.rfile.read(4):
            frame = self.rfile.read(struct.unpack(">i", head)[0])
            key, version, number = struct.unpack_from(">hhi", frame)
            request_class, _, spoken = SPOKEN[key]
            if version != spoken:
                # Only the first question may be in another version; the answer says which ones there are.
                answer = self.versions(error=35)
            else:
                request = request_class.decode(frame, version=version, header=True)
                answer = self.answer(request)
            body = answer.encode(version=spoken)
            self.wfile.write(struct.pack(">ii", len(body) + 4, number) + body)

    def answer(self, request: Any) -> Any:
        if isinstance(request, ApiVersionsRequest):
            return self.versions()
        return self.confirm(request) if isinstance(request, ProduceRequest) else self.cluster(request)

    def versions(self, error: int = 0) -> Any:
        row = ApiVersionsResponse.ApiVersion
        keys = [row(api_key=key, min_version=version, max_version=version) for key, (*_, version) in SPOKEN.items()]
        return ApiVersionsResponse(error_code=error, api_keys=keys)

    def cluster(self, request: Any) -> Any:
        host, port = self.server.server_address[:2]  # type: ignore[misc]
        broker = MetadataResponse.MetadataResponseBroker(node_id=1, host=host, port=port, rack=None)
        topic = MetadataResponse.MetadataResponseTopic
        partition = topic.MetadataResponsePartition(
            error_code=0, partition_index=0, leader_id=1, replica_nodes=[1], isr_nodes=[1]
        )
        topics = [
            topic(error_code=0, name=each.name, is_internal=False, partitions=[partition])
            for each in request.topics or []
        ]
        return MetadataResponse(brokers=[broker], controller_id=1, topics=topics)

    def confirm(self, request: Any) -> Any:
        names = [each.name for each in request.topic_data]
        if "ring" in names:
            bell.set()
        elif "wait" in names:
            bell.wait(60)
        topic = ProduceResponse.TopicProduceResponse
        partition = topic.PartitionProduceResponse(index=0, error_code=0, base_offset=0, log_append_time_ms=-1)
        return ProduceResponse(
            responses=[topic(name=name, partition_responses=[partition]) for name in names], throttle_time_ms=0
        )


if __name__ == "__main__":
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Connection) as server:
        server.daemon_threads = True
        print("{}:{}".format(*server.server_address), flush=True)
        server.serve_forever()
