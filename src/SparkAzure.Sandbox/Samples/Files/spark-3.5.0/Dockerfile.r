#
# Sample of the R binding's Dockerfile of Spark 3.5.0: the same instructions, other comments.
#
ARG base_img

FROM $base_img
WORKDIR /

USER 0

RUN mkdir ${SPARK_HOME}/R

RUN apt-get update && \
    apt install -y r-base r-base-dev && \
    rm -rf /var/cache/apt/* && rm -rf /var/lib/apt/lists/*

COPY R ${SPARK_HOME}/R
ENV R_HOME /usr/lib/R

WORKDIR /opt/spark/work-dir
ENTRYPOINT [ "/opt/entrypoint.sh" ]

ARG spark_uid=185
USER ${spark_uid}
